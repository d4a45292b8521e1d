//! Who learns a password? The server it is for, and no error, no log, nobody else.

use http_client::Client;

use crate::dead_end::Deaf;
use crate::run::{error_of, get, run};
use crate::server::Server;

#[test]
fn credentials_reach_the_server_in_the_right_form() {
    let server = Server::echoing();
    run(async {
        let client = Client::new();
        let url = server.url("/");
        get(&client, &url.replace("http://", "http://u:p%3Ax@")).await.unwrap();
        client.get(&url).basic_auth("u", "p:x").send().await.unwrap();
        client.get(&url).bearer_auth("token").send().await.unwrap();
    });
    let asked = server.asked();
    let sent: Vec<_> = asked.iter().map(|asked| asked.header("Authorization").unwrap()).collect();
    assert_eq!(sent, ["Basic dTpwOng=", "Basic dTpwOng=", "Bearer token"]);
    assert!(asked.iter().all(|asked| asked.header("Host") == Some(&*server.authority())));
}

#[test]
fn no_error_tells_a_secret() {
    let deaf = Deaf::new();
    let garbage = Server::answering("garbage\r\n\r\n");
    let with_user = |url: &str| url.replace("http://", "http://user:hush@");
    run(async {
        let client = Client::new();
        for request in [
            client.get(with_user(&deaf.url())),
            client.get(with_user(&garbage.url("/"))),
            client.get("http://user:hush@h.test:99999/"),
            client.get("http://user:hu/hush@h.test/"),
            client.get("http://user:hush@nohost.invalid/"),
            client.get("user:hush@h.test"),
            client.get("http://user:hush@/"),
            client.get("http://user:hush@h.test/\n"),
            client.get("http://user:hush@\u{e9}.test/"),
            client.get("http://user:hush@h.test/").header("Authorization", "Basic x"),
            client.get("http://h.test/").bearer_auth("hush\n"),
            client.get("http://h.test/").header("Cookie", "hush\0"),
            client.get("http://h.test/").header("hush", "hu\0sh"),
        ] {
            let shown = format!("{request:?}");
            let error = error_of(request.send().await);
            assert!(!error.to_string().replace("field hush", "").contains("hush"), "{error}");
            assert!(!format!("{error:?} {shown}").contains("user:"), "{error:?}");
        }
    });
}
