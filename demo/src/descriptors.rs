//! What if there are more connections than the process may have descriptors? It raises its own limit as far as it may.

/// What a process has open besides its connections: standard streams, epoll, eventfd, listener, and some to spare.
const OTHERS: u64 = 32;

/// Makes room for so many connections, of which each takes `each` descriptors, and says how many there is room for.
///
/// The soft limit is raised up to the hard one, which only the administrator can raise.
pub fn room_for(connections: usize, each: u64) -> usize {
    let wanted = connections as u64 * each + OTHERS;
    // Where there is no such limit, or it cannot be asked for, opening will tell.
    let limit = rlimit::increase_nofile_limit(wanted).unwrap_or(wanted);
    room(limit, wanted, each).map_or(connections, |room| room.min(connections))
}

/// The connections that fit into `limit`; `None` if all that are wanted do.
fn room(limit: u64, wanted: u64, each: u64) -> Option<usize> {
    let fitting = limit.saturating_sub(OTHERS) / each;
    (limit < wanted).then(|| usize::try_from(fitting.max(1)).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_waits_in_line() {
        assert_eq!(room(1024, 532, 1), None);
        assert_eq!(room(1024, 4032, 2), Some(496));
        assert_eq!(room(10, 4032, 2), Some(1));
    }
}
