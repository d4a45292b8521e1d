//! Exercise of chapter 03. Visitors leave without logging out, and the server keeps their keys valid.
//!
//! After the mail has come, a visit is to say `logout KEY`, hear `bye`, and only then be done. A callback would have the key
//! at hand, for it was captured. An enum remembers what you tell it to remember. Mend `Visit`; the test stays as it is.
//!
//! Hint: one more state. What does it have to hold besides its name, and which state before it must hold that, too?
//!
//! The solution is in docs/exercises/solved/e03_log_out.rs.

#[derive(Debug)]
enum Visit {
    LoggingIn,
    FetchingMail,
    Gone,
}

/// What is to happen next.
#[derive(Debug, PartialEq)]
enum Next {
    Ask(String),
    Done { mail: String },
}

impl Visit {
    fn begin(name: &str) -> (Visit, Next) {
        (Visit::LoggingIn, Next::Ask(format!("login {name}")))
    }

    /// Goes on with an answer.
    fn hear(&mut self, answer: &str) -> Next {
        match std::mem::replace(self, Visit::Gone) {
            Visit::LoggingIn => {
                let key = answer.trim_start_matches("key ");
                *self = Visit::FetchingMail;
                Next::Ask(format!("mail {key}"))
            }
            Visit::FetchingMail => Next::Done { mail: answer.to_string() },
            Visit::Gone => panic!("this visit is over"),
        }
    }
}

#[test]
#[ignore = "exercise of chapter 03"]
fn e03_a_visit_logs_out_with_its_own_key_and_still_has_its_mail() {
    let ask = |text: &str| Next::Ask(text.to_string());
    for (name, key, mail) in [("ann", "41", "3 letters"), ("ben", "17", "0 letters")] {
        let (mut visit, first) = Visit::begin(name);
        assert_eq!(first, ask(&format!("login {name}")), "a visit begins with a login");
        let next = visit.hear(&format!("key {key}"));
        assert_eq!(next, ask(&format!("mail {key}")), "the mail is fetched with the key");
        let next = visit.hear(mail);
        assert_eq!(next, ask(&format!("logout {key}")), "the mail is there, and nobody logs out");
        let next = visit.hear("bye");
        assert_eq!(next, Next::Done { mail: mail.to_string() }, "what was the mail for?");
    }
}
