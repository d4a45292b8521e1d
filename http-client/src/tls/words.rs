//! What does rustls mean? Its errors, in the words of somebody who has to do something about them.

use rustls::CertificateError;

use crate::error::{Fault, Kind};

pub(super) fn fault(error: rustls::Error) -> Fault {
    let cause = match &error {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            CertificateError::UnknownIssuer => {
                "the server's certificate is not trusted: unknown issuer (to trust it, give its CA as `ca_file`)"
                    .into()
            }
            CertificateError::BadSignature => {
                "the server's certificate is not trusted: it names an authority that did not sign it (to trust it, give \
                 its CA as `ca_file`)"
                    .into()
            }
            CertificateError::NotValidForName => {
                "the server's certificate is for another host: name mismatch".into()
            }
            CertificateError::NotValidForNameContext { expected, presented } => format!(
                "the server's certificate is for another host: name mismatch, {} is not among {}",
                expected.to_str(),
                presented.iter().map(|name| bare(name)).collect::<Vec<_>>().join(", ")
            ),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "the server's certificate expired".into()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "the server's certificate is not valid yet".into()
            }
            other => format!("the server's certificate is not valid: {other}"),
        },
        rustls::Error::InvalidMessage(_) => {
            format!("the other side does not speak TLS on this port: invalid message ({error})")
        }
        rustls::Error::AlertReceived(alert) => {
            format!("the other side broke it off with the TLS alert {alert:?}")
        }
        other => other.to_string(),
    };
    Fault::new(Kind::Tls, cause)
}

/// A name as people write it: rustls has them as `DnsName("example.com")`.
fn bare(name: &str) -> &str {
    let inner = name.split_once('(').map_or(name, |(_, inner)| inner);
    inner.trim_end_matches(')').trim_matches('"')
}
