//! Each coding whole, byte by byte, at every split, cut short, damaged, with bytes behind it, and as a bomb.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use super::*;
use crate::limits::Limits;
use crate::proto::fields::tests::headers;
use crate::proto::reader::{Next, Reader};

/// The same text in Brotli, made by Google's encoder.
const BROTLI: &[u8] = b"\x1b\xdd\x02\xf8\x8d\x94\xee\x12\xd3\xdc\xd8\xbeg5\xa6 \x92D\x1a\xbc\xec7\xaa\xb2\xc9c\x98V~\
    \xfc!\x1aB1DE\x10\xd3]\xb8x]\xc0\0;\xf0\xf2\xea\xb7\xef\xeb\xe7.$\x0c\x14\xc5\xa1\x1a\xcdHI\xfa\xc1\xb5\xb4\x93[\x96\
    \xe7\xb8\xbe\xfeT\xeat\xd3\xaa(\xffC\xa1\x9dh\x0f\xba\x01#\x044#1\x9e8\xc8J\xccjK.\xb6\xb3\xe6\xfb\xe7\xc2\xe9:\x14\
    Qvc\x14{cW\xdd\xc0\x88\0\xcd\x9c\x18M\x97AV\xbeYm\xcd\xc5v\xbe\xf9\xfa\xfd\x0c\xe7\xcb\x89(\xbb\x13jz\x9bn\xba\x81\
    \x11\x03\x8a\x1f4\x85Y'\x17d\x15k\xd6[r\xf1\xea\xc4|\xff\x8e\xc3\xf9*\x89,9\xfe/Q";

/// 4 MiB of the letter x.
const BROTLI_BOMB: &[u8] = b"\x9b\xff\xff?\x00$\xf0\xe2\xb1@r\xef\x7f\x00";
const BOMB: usize = 4 * 1024 * 1024;

fn text() -> Vec<u8> {
    (0..40).flat_map(|n| format!("{n} times {n} is {}\n", n * n).into_bytes()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packing = GzEncoder::new(Vec::new(), Compression::default());
    packing.write_all(bytes).unwrap();
    packing.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut packing = ZlibEncoder::new(Vec::new(), Compression::default());
    packing.write_all(bytes).unwrap();
    packing.finish().unwrap()
}

/// What some servers take deflate for.
fn bare(bytes: &[u8]) -> Vec<u8> {
    let mut packing = DeflateEncoder::new(Vec::new(), Compression::default());
    packing.write_all(bytes).unwrap();
    packing.finish().unwrap()
}

/// The text in each coding, with what the header says.
fn all() -> Vec<(&'static str, Vec<u8>)> {
    let text = text();
    // With everything that a gzip header can have, which a well-behaved server leaves out.
    let mut full = vec![0x1f, 0x8b, 8, 0b11100, 1, 2, 3, 4, 0, 255];
    full.extend(b"\x03\0xyzname\0comment\0");
    full.extend(&gzip(&text)[10..]);
    vec![
        ("gzip", gzip(&text)),
        ("gzip", full),
        ("gzip", [gzip(&text[..100]), gzip(b""), gzip(&text[100..])].concat()),
        ("deflate", zlib(&text)),
        ("deflate", bare(&text)),
        ("br", BROTLI.to_vec()),
        ("deflate, gzip", gzip(&zlib(&text))),
        ("gzip, br, deflate", zlib(&brotli_of(&gzip(&text)))),
    ]
}

/// Brotli without an encoder: in blocks that are not compressed (RFC 7932, 9.2). Each is a byte long, so that a bit of its
/// header is all there is to count.
fn brotli_of(bytes: &[u8]) -> Vec<u8> {
    let mut bits = vec![false];
    for byte in bytes {
        // Not the last, four digits of length, length 1, not compressed; then to the end of the byte.
        bits.extend([false, false, false]);
        bits.extend([false; 16]);
        bits.push(true);
        bits.resize(bits.len().next_multiple_of(8), false);
        bits.extend((0..8).map(|bit| byte >> bit & 1 == 1));
    }
    bits.extend([true, true]);
    let byte = |bits: &[bool]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    bits.chunks(8).map(byte).collect()
}

fn coding(names: &str) -> Coding {
    Coding::of(&headers(&[("Content-Encoding", names)])).unwrap()
}

/// What a body is that comes in these pieces and then ends.
fn unpacked<'a>(names: &str, pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, Fault> {
    let mut coding = coding(names);
    let mut whole = Vec::new();
    for mut rest in pieces {
        loop {
            let piece = coding.decode(rest)?;
            rest = &rest[piece.used..];
            if piece.data.is_empty() {
                assert!(rest.is_empty());
                break;
            }
            whole.extend_from_slice(coding.lent(piece.data));
        }
    }
    coding.end().map(|()| whole)
}

#[test]
fn a_body_comes_out_the_same_in_pieces_of_any_size() {
    for (names, packed) in all() {
        for step in 1..=packed.len() {
            assert!(unpacked(names, packed.chunks(step)).unwrap() == text(), "{names} by {step}");
        }
        for cut in 0..=packed.len() {
            let (first, second) = packed.split_at(cut);
            assert!(unpacked(names, [first, second]).unwrap() == text(), "{names} cut at {cut}");
        }
    }
}

#[test]
fn a_body_that_is_cut_off_is_an_error_but_an_empty_one_is_empty() {
    for (names, packed) in all() {
        assert_eq!(unpacked(names, []).unwrap(), b"");
        let members = [gzip(&text()[..100]), gzip(b"")].map(|member| member.len());
        for end in 1..packed.len() {
            match unpacked(names, [&packed[..end]]) {
                Err(fault) => assert_eq!(fault.kind, Kind::BadCoding),
                // Nobody can know that another member was to follow.
                Ok(_) => {
                    assert!(end == members[0] || end == members[0] + members[1], "{names} {end}")
                }
            }
        }
    }
}

#[test]
fn a_damaged_body_is_an_error_wherever_there_is_a_check_sum_and_never_more_than_that() {
    for (names, packed) in all() {
        for at in 0..packed.len() {
            for bit in [0, 3, 7] {
                let mut damaged = packed.clone();
                damaged[at] ^= 1 << bit;
                let checked = names == "gzip" || packed == zlib(&text());
                let came = unpacked(names, [&*damaged]);
                assert!(!checked || came.is_err() || came.unwrap() == text(), "{names} {at} {bit}");
            }
        }
    }
}

#[test]
fn bytes_behind_the_end_are_an_error() {
    for (names, packed) in all() {
        for behind in [&b"\0"[..], b"garbage", b"\x1f\x8b"] {
            let fault = unpacked(names, [&packed, behind]).unwrap_err();
            assert_eq!(fault.kind, Kind::BadCoding, "{names}");
            let together = [&packed, behind].concat();
            assert!(unpacked(names, [&*together]).is_err(), "{names}");
        }
    }
}

#[test]
fn what_is_not_packed_at_all_is_an_error() {
    for names in ["gzip", "deflate", "br", "gzip, gzip"] {
        let fault = unpacked(names, [&b"<html>this is no packed body</html>"[..]]).unwrap_err();
        assert_eq!(fault.kind, Kind::BadCoding);
        assert!(fault.cause.starts_with("the body "), "{}", fault.cause);
    }
}

#[test]
fn a_bomb_comes_out_in_pieces_that_are_asked_for_one_by_one() {
    let (plain, less) = (vec![b'x'; BOMB], BOMB / 8);
    for (names, packed, whole) in [
        ("gzip", gzip(&plain[..less]), less),
        ("deflate", zlib(&plain[..less]), less),
        ("br", BROTLI_BOMB.to_vec(), BOMB),
        ("gzip, gzip", gzip(&gzip(&plain[..less])), less),
    ] {
        let mut coding = coding(names);
        let (mut rest, mut length) = (&packed[..], 0);
        loop {
            let piece = coding.decode(rest).unwrap();
            rest = &rest[piece.used..];
            if piece.data.is_empty() {
                break;
            }
            assert!(piece.data.len() <= ROOM);
            length += piece.data.len();
        }
        assert_eq!((length, coding.is_whole()), (whole, true), "{names}");
    }
}

#[test]
fn what_the_server_has_flushed_comes_out_before_it_says_more() {
    let mut packing = GzEncoder::new(Vec::new(), Compression::default());
    let mut coding = coding("gzip");
    let mut sent = 0;
    // Lengths around that of a piece, so that it ends with something left in the decoder.
    for length in (ROOM - 300..ROOM + 300).step_by(7).chain([0, 1, 2, 100_000]) {
        packing.write_all(&vec![b'x'; length]).unwrap();
        packing.flush().unwrap();
        let mut rest = &packing.get_ref()[sent..];
        sent = packing.get_ref().len();
        let mut came = 0;
        loop {
            let piece = coding.decode(rest).unwrap();
            rest = &rest[piece.used..];
            if piece.data.is_empty() {
                break;
            }
            came += piece.data.len();
        }
        assert_eq!(came, length);
    }
}

#[test]
fn the_header_is_a_list_in_any_spelling() {
    for lines in [
        &[("Content-Encoding", "gzip")][..],
        &[("content-encoding", "GZip")],
        &[("Content-Encoding", "x-gzip")],
        &[("Content-Encoding", "identity, , gzip,identity")],
        &[("Content-Encoding", "identity"), ("Content-Encoding", "X-GZIP")],
        &[("Content-Encoding", "gzip"), ("X", "y"), ("Content-Encoding", "deflate, br")],
        &[("Content-Encoding", "gzip,gzip,gzip,gzip,gzip")],
    ] {
        assert!(Coding::of(&headers(lines)).is_some(), "{lines:?}");
    }
    for lines in [
        &[][..],
        &[("Content-Encoding", "")],
        &[("Content-Encoding", "identity")],
        &[("Content-Encoding", "zstd")],
        &[("Content-Encoding", "gzip, secret")],
        &[("Content-Encoding", "gzip;q=1")],
        &[("Transfer-Encoding", "gzip")],
        &[("Content-Encoding", "gzip,gzip,gzip,gzip,gzip,gzip")],
    ] {
        assert!(Coding::of(&headers(lines)).is_none(), "{lines:?}");
    }
}

#[test]
fn only_a_request_that_does_not_speak_of_it_asks_for_packed_bodies() {
    let asked = |method: &str, own: Option<&str>| {
        let mut fields: Vec<_> = own.map(|own| (own.to_string(), "x".into())).into_iter().collect();
        (ask(method, &mut fields), fields.last().map(|(_, value)| value.clone()))
    };
    let value = Some("gzip, deflate, br".to_string());
    assert_eq!(asked("GET", None), (true, value.clone()));
    assert_eq!(asked("POST", Some("X")), (true, value));
    assert_eq!(asked("HEAD", None), (false, None));
    for own in ["accept-encoding", "Accept-Encoding", "Range"] {
        assert_eq!(asked("GET", Some(own)), (false, Some("x".into())));
    }
}

/// The body of a response that comes in these pieces, if it ends, and whether its connection can be used again.
fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Option<(Vec<u8>, bool)>, Fault> {
    let mut reader = Reader::new(Limits::default());
    let (mut has_head, mut body) = (false, Vec::new());
    for piece in pieces {
        reader.room()[..piece.len()].copy_from_slice(piece);
        reader.filled(piece.len());
        if !has_head && let Some(head) = reader.head("GET")? {
            has_head = true;
            reader.unpack(Coding::of(&head.headers).unwrap());
        }
        let more = loop {
            match reader.body()? {
                _ if !has_head => break true,
                Next::Data(piece) => body.extend_from_slice(reader.lent(piece)),
                Next::More => break true,
                Next::End => break false,
            }
        };
        if !more {
            return Ok(Some((body, reader.why_last().is_none())));
        }
    }
    Ok(None)
}

#[test]
fn the_framing_is_read_to_its_end_even_behind_the_end_of_the_coding() {
    for (names, packed) in all() {
        let (head, tail) = packed.split_at(packed.len() / 3);
        let length = format!("Content-Length: {}\r\n\r\n", packed.len()).into_bytes();
        let chunked =
            format!("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n", head.len()).into_bytes();
        let between = format!("\r\n{:x}\r\n", tail.len()).into_bytes();
        for body in [
            [&length[..], &packed].concat(),
            [&chunked, head, &between, tail, b"\r\n0\r\nT: v\r\n\r\n"].concat(),
        ] {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: {names}\r\n").into_bytes();
            let whole = [head, body].concat();
            for step in 1..64 {
                let came = read(whole.chunks(step)).unwrap();
                assert!(came == Some((text(), true)), "{names} by {step}");
            }
            for cut in 0..whole.len() {
                assert!(read(whole[..cut].chunks(4000)).unwrap().is_none(), "{names} {cut}");
            }
        }
    }
}

#[test]
fn a_body_whose_framing_ends_before_its_coding_is_not_whole() {
    let packed = gzip(&text());
    for missing in 1..packed.len() {
        let length = packed.len() - missing;
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n"
        );
        let whole = [head.as_bytes(), &packed].concat();
        assert_eq!(read([&*whole]).unwrap_err().kind, Kind::BadCoding);
    }
}
