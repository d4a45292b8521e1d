//! What may a server send? Seeded random responses: made after the grammar, with the variants that servers and attackers
//! send, and half of them broken afterwards.

use fastrand::Rng;

/// A response, to which method it is one, and whether the server closes the connection after it.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) method: &'static str,
    pub(super) bytes: Vec<u8>,
    pub(super) closes: bool,
}

pub(super) fn case(rng: &mut Rng) -> Case {
    let method = pick(rng, &["GET", "GET", "GET", "POST", "HEAD"]);
    let mut bytes = Vec::new();
    while one_in(rng, 12) {
        let interim = [
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 102 Processing\r\nServer: s\r\n\r\n",
            "HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\nContent-Length: 3\r\n\r\n",
        ];
        bytes.extend_from_slice(pick(rng, &interim).as_bytes());
    }
    let status = status(rng);
    let body = body(rng);
    let (framing, on_the_wire) = framing(rng, &body);
    bytes.extend_from_slice(status.as_bytes());
    let mut fields: Vec<String> = (0..rng.usize(..4)).map(|_| field(rng)).collect();
    fields.extend(connection(rng));
    if one_in(rng, 200) {
        fields.push(format!("X-Long: {}", "x".repeat(70_000)));
    }
    fields.extend(framing);
    rng.shuffle(&mut fields);
    for field in fields {
        bytes.extend_from_slice(field.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    // Mostly no body where none is possible.
    let has_none = method == "HEAD" || [" 204", " 304"].iter().any(|code| status.contains(code));
    if !has_none || one_in(rng, 6) {
        bytes.extend_from_slice(&on_the_wire);
    }
    if one_in(rng, 2) {
        for _ in 0..rng.usize(1..4) {
            mutate(rng, &mut bytes);
        }
    }
    Case { method, bytes, closes: rng.bool() }
}

fn one_in(rng: &mut Rng, many: u32) -> bool {
    rng.u32(..many) == 0
}

fn pick<T: Copy>(rng: &mut Rng, choices: &[T]) -> T {
    choices[rng.usize(..choices.len())]
}

fn status(rng: &mut Rng) -> String {
    let version = pick(rng, &["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0"]);
    let usual = ["200 OK", "200 OK", "200 OK", "206 Partial Content", "301 Moved", "404 Not Found"];
    let strange = [
        "204 No Content",
        "304 Not Modified",
        "101 Switching Protocols",
        "205 Reset Content",
        "200 ",
        "200",
        "299 \u{e9}",
        "500 Internal Server Error",
        "999 Far",
        "099 Low",
        "20 Short",
    ];
    let status = if one_in(rng, 4) { pick(rng, &strange) } else { pick(rng, &usual) };
    format!("{version} {status}\r\n")
}

fn field(rng: &mut Rng) -> String {
    let name = pick(rng, &["Server", "X-A", "x-a", "ETag", "Set-Cookie", "Date", "Via", "!#$%&'*"]);
    let colon = pick(rng, &[": ", ": ", ": ", ":", ":\t ", ":   "]);
    let value = pick(
        rng,
        &[
            "v",
            "",
            "a, b",
            "\"q\"",
            "a=1; Path=/",
            "two words",
            "\u{fc}ber",
            "v  \t",
            "folded\r\n value",
            "folded\r\n\t twice\r\n  value",
            "folded\r\n \r\n value",
            "a:b",
        ],
    );
    format!("{name}{colon}{value}")
}

fn connection(rng: &mut Rng) -> Vec<String> {
    let choices: [&[&str]; 9] = [
        &[],
        &[],
        &[],
        &["Connection: keep-alive"],
        &["Connection: close"],
        &["connection: Keep-Alive, CLOSE"],
        &["Connection: close", "Connection: keep-alive"],
        &["Connection: upgrade", "Upgrade: h2c"],
        &["Connection: \u{e9}, close"],
    ];
    pick(rng, &choices).iter().map(|line| line.to_string()).collect()
}

fn body(rng: &mut Rng) -> Vec<u8> {
    let length = if one_in(rng, 20) { rng.usize(..3000) } else { rng.usize(..30) };
    (0..length).map(|_| if one_in(rng, 10) { rng.u8(..) } else { rng.u8(b'a'..=b'z') }).collect()
}

/// The fields that say where the body ends, and the body as it is sent.
fn framing(rng: &mut Rng, body: &[u8]) -> (Vec<String>, Vec<u8>) {
    let length = body.len();
    let plain = |lines: &[String]| (lines.to_vec(), body.to_vec());
    match rng.u32(..20) {
        0..=5 => plain(&[format!("Content-Length: {length}")]),
        6 => plain(&[format!("Content-Length: {}", (length + rng.usize(..5)).saturating_sub(2))]),
        7 => plain(&[odd_length(rng, length)]),
        8 => {
            let other = if one_in(rng, 2) { length } else { length + 1 };
            plain(&[format!("Content-Length: {length}"), format!("content-length: {other}")])
        }
        9..=10 => plain(&[]),
        11..=15 => (vec!["Transfer-Encoding: chunked".into()], chunked(rng, body)),
        16 => (vec!["transfer-encoding:Chunked".into()], chunked(rng, body)),
        17 => {
            let length = format!("Content-Length: {length}");
            (vec!["Transfer-Encoding: chunked".into(), length], chunked(rng, body))
        }
        18 => {
            let odd = [
                "gzip, chunked",
                "chunked, gzip",
                "chunked, chunked",
                "identity",
                "chunked;a=b",
                "xchunked",
                "",
                ", chunked ,",
                "gzip",
                "chunked\r\n ",
            ];
            let coding = pick(rng, &odd);
            (vec![format!("Transfer-Encoding: {coding}")], chunked(rng, body))
        }
        _ => {
            let two = ["gzip", "chunked"].map(|coding| format!("Transfer-Encoding: {coding}"));
            (two.to_vec(), chunked(rng, body))
        }
    }
}

fn odd_length(rng: &mut Rng, length: usize) -> String {
    let value = match rng.u32(..11) {
        0 => format!("+{length}"),
        1 => format!("{length}, {length}"),
        2 => format!("{length}, {}", length + 1),
        3 => format!("{length:#x}"),
        4 => String::new(),
        5 => "-1".into(),
        6 => "18446744073709551616".into(),
        7 => format!("00{length}"),
        8 => format!("{length} {length}"),
        9 => format!("{length},"),
        _ => format!("  {length}\t"),
    };
    format!("Content-Length: {value}")
}

fn chunked(rng: &mut Rng, body: &[u8]) -> Vec<u8> {
    let mut sent = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        let (data, after) = rest.split_at(rng.usize(1..=rest.len()));
        size_line(rng, data.len(), &mut sent);
        sent.extend_from_slice(data);
        sent.extend_from_slice(b"\r\n");
        rest = after;
    }
    size_line(rng, 0, &mut sent);
    if one_in(rng, 3) {
        let odd = [
            "T: v",
            "T: v",
            "T:",
            "T: a\r\nu: b",
            "T: a\nu: b",
            "T : v",
            "Content-Length: 5",
            "no colon",
        ];
        sent.extend_from_slice(pick(rng, &odd).as_bytes());
        sent.extend_from_slice(b"\r\n");
    }
    sent.extend_from_slice(b"\r\n");
    sent
}

fn size_line(rng: &mut Rng, size: usize, sent: &mut Vec<u8>) {
    let size = match rng.u32(..12) {
        0 => format!("{size:X}"),
        1 => format!("000{size:x}"),
        _ => format!("{size:x}"),
    };
    let odd = [
        ";a",
        ";a=b",
        "; a=\"b\"",
        " ",
        "\t ",
        " ;a=b",
        ";",
        ";\u{e9}",
        ";a\x01b",
        " x",
        ";a=\"\r\"",
    ];
    let extension = if one_in(rng, 5) { pick(rng, &odd) } else { "" };
    sent.extend_from_slice(format!("{size}{extension}\r\n").as_bytes());
}

/// Breaks a response, or what follows it, in one place.
fn mutate(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let at = rng.usize(..=bytes.len());
    match rng.u32(..9) {
        0 | 1 => bytes.truncate(at),
        2 if at < bytes.len() => drop(bytes.remove(at)),
        3 => bytes.insert(at, pick(rng, b"\r\n\0\t :;,\"+-05afHx\x0b\x7f\xff")),
        4 if at < bytes.len() => bytes[at] = pick(rng, b"\r\n\0\t :;,\"+-05afHx\x0b\x7f\xff"),
        5 => {
            // A line end that is a bare line feed, which the heads of old servers have.
            if let Some(end) = bytes[at..].iter().position(|byte| *byte == b'\r') {
                bytes.remove(at + end);
            }
        }
        6 => {
            let again = bytes[at..bytes.len().min(at + rng.usize(..12))].to_vec();
            bytes.splice(at..at, again);
        }
        7 => bytes.extend_from_slice(
            pick(rng, &["\r\n", "x", "HTTP/1.1 200 OK\r\n\r\n", "0\r\n"]).as_bytes(),
        ),
        8 if one_in(rng, 3) => bytes.splice(..0, *b"\r\n").for_each(drop),
        _ => {}
    }
}
