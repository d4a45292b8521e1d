//! How do values become bodies, and bodies values? As JSON, by serde. This file is there with the feature `json` alone.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Fault, Kind};
use crate::request::RequestBuilder;
use crate::response::Response;

impl RequestBuilder {
    /// Sends a value as JSON. `Content-Type` says so, unless the request has such a field of its own. With the feature
    /// `json`.
    ///
    /// A value that cannot be written as JSON, a map whose keys are no text for example, is an error of
    /// [`send`](RequestBuilder::send).
    ///
    /// ```
    /// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/doc.rs")); }
    /// # runtime::Runtime::new()?.block_on(async {
    /// # let url = doc::serve("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")?;
    /// use std::collections::BTreeMap;
    ///
    /// let client = http_client::Client::new();
    /// let born = BTreeMap::from([("Ada", 1815), ("Alan", 1912)]);
    /// assert_eq!(client.post(&url).json(&born).send().await.unwrap().status(), 201);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> RequestBuilder {
        let body = serde_json::to_vec(value);
        let wrong = |error| format!("the value cannot be written as JSON: {error}");
        self.content("application/json", body.map_err(wrong))
    }
}

impl Response {
    /// Waits for the rest of the body, and reads it as JSON, whatever its `Content-Type`. With the feature `json`.
    ///
    /// Not cancel safe: what had come is lost with the future.
    ///
    /// # Errors
    /// Those of [`Response::bytes`], and if it is not the JSON of a `T`, with line and column.
    ///
    /// ```
    /// # mod doc { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/client/doc.rs")); }
    /// # runtime::Runtime::new()?.block_on(async {
    /// # let url = doc::serve("HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{\"Ada\": 1815,\"Alan\":1912}")?;
    /// use std::collections::BTreeMap;
    ///
    /// let mut response = http_client::Client::new().get(&url).send().await.unwrap();
    /// let born: BTreeMap<String, i32> = response.json().await.unwrap();
    /// assert_eq!(born["Alan"], 1912);
    /// # std::io::Result::Ok(())
    /// # })?;
    /// # std::io::Result::Ok(())
    /// ```
    pub async fn json<T: DeserializeOwned>(&mut self) -> Result<T, Error> {
        let bytes = self.bytes().await?;
        serde_json::from_slice(&bytes).map_err(|error| {
            let mut cause = format!("the body is not the JSON that is wanted: {error}");
            let named = self.headers().get("content-type").filter(|named| !named.contains("json"));
            if let Some(named) = named {
                cause.push_str(&format!("; the server calls it {named}"));
            }
            self.error(Fault::new(Kind::BadJson, cause))
        })
    }
}
