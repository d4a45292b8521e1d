use super::*;

fn turns(addresses: &[&str]) -> Vec<String> {
    let addresses = addresses.iter().map(|address| format!("{address}:80").parse().unwrap());
    let turns = by_turns(addresses.collect());
    turns.iter().map(|address| address.ip().to_string()).collect()
}

#[test]
fn the_families_take_turns_and_the_first_begins() {
    let (four, six) = (["1.1.1.1", "1.1.1.2"], ["[::1]", "[::2]", "[::3]"]);
    assert_eq!(turns(&[six, ["1.1.1.1"; 3]].concat()), ["::1", "1.1.1.1", "::2", "::3"]);
    let all = [&four[..], &six[..]].concat();
    assert_eq!(turns(&all), ["1.1.1.1", "::1", "1.1.1.2", "::2", "::3"]);
    assert_eq!(turns(&["[::1]", "1.1.1.1", "[::2]"]), ["::1", "1.1.1.1", "::2"]);
    assert_eq!(turns(&four), four);
    assert!(turns(&[]).is_empty());
}

#[test]
fn no_address_is_asked_twice() {
    assert_eq!(turns(&["1.1.1.1", "1.1.1.1", "[::1]", "[::1]"]), ["1.1.1.1", "::1"]);
}

#[test]
fn no_address_at_all_is_an_error_and_no_hang() {
    let runtime = runtime::Runtime::new().unwrap();
    let fault = runtime.block_on(first_of(Vec::new())).err().unwrap();
    assert_eq!(
        (fault.kind, fault.cause.as_str()),
        (crate::Kind::Connect, "the host has no address")
    );
}
