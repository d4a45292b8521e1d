//! What does rustls mean? Its errors, in the words of somebody who has to do something about them.

use rustls::{AlertDescription, CertificateError, Error, PeerIncompatible};

use crate::error::{Fault, Kind};

pub(super) fn fault(error: Error) -> Fault {
    let cause = match &error {
        Error::InvalidCertificate(why) => format!("the server's certificate {}", certificate(why)),
        Error::InvalidMessage(_) => format!(
            "the other side does not speak TLS on this port: invalid message ({error}); is it http://, or another port?"
        ),
        Error::AlertReceived(alert) => {
            format!("the other side broke it off with the TLS alert {alert:?}{}", hint(*alert))
        }
        Error::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13) => {
            "the server speaks only TLS 1.1 or older, which is not safe: it must speak TLS 1.2 or 1.3".into()
        }
        other => other.to_string(),
    };
    Fault::new(Kind::Tls, cause)
}

/// What is wrong with the server's certificate, and what would help.
fn certificate(why: &CertificateError) -> String {
    const DAY: u64 = 24 * 60 * 60;
    match why {
        CertificateError::UnknownIssuer => {
            "is not trusted: unknown issuer (to trust it, give its CA as `ca_file`; if that is done, the server leaves out \
             certificates between the two)"
                .into()
        }
        CertificateError::BadSignature => {
            "is not trusted: it names an authority that did not sign it (to trust it, give its CA as `ca_file`)".into()
        }
        CertificateError::NotValidForName => "is for another host: name mismatch".into(),
        CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => {
            "has no host in it, and a common name does not count: it must be made anew, with the host as subject \
             alternative name"
                .into()
        }
        CertificateError::NotValidForNameContext { expected, presented } => {
            let names: Vec<&str> = presented.iter().map(|name| bare(name)).collect();
            let (host, names) = (expected.to_str(), names.join(", "));
            format!("is for another host: name mismatch, {host} is not among {names}")
        }
        CertificateError::ExpiredContext { time, not_after } => {
            let days = time.as_secs().saturating_sub(not_after.as_secs()) / DAY;
            format!(
                "expired {days} days ago: the server needs a new one, unless this machine's clock is wrong"
            )
        }
        CertificateError::NotValidYetContext { time, not_before } => {
            let days = not_before.as_secs().saturating_sub(time.as_secs()) / DAY;
            format!("is not valid yet, but in {days} days: is this machine's clock right?")
        }
        // There is no other way to know it: the error is webpki's own, which rustls does not pass on.
        other if other.to_string().contains("CaUsedAsEndEntity") => {
            "is a CA's own: it may sign one for the server, but not be it".into()
        }
        other => format!("is not valid: {other}"),
    }
}

/// What an alert means to whom it is sent.
fn hint(alert: AlertDescription) -> &'static str {
    match alert {
        AlertDescription::ProtocolVersion => ": it speaks neither TLS 1.2 nor 1.3",
        AlertDescription::HandshakeFailure => {
            ": it shares no cipher with this client, or wants something else from it"
        }
        AlertDescription::UnrecognisedName => ": it does not know the host",
        AlertDescription::NoApplicationProtocol => ": it does not speak HTTP/1.1 here",
        AlertDescription::CertificateRequired => {
            ": it wants a certificate of the client, which `tls_config` can give it"
        }
        _ => "",
    }
}

/// A name as people write it: rustls has them as `DnsName("example.com")`.
fn bare(name: &str) -> &str {
    let inner = name.split_once('(').map_or(name, |(_, inner)| inner);
    inner.trim_end_matches(')').trim_matches('"')
}
