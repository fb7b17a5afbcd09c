//! Reads an answer up to its limit.

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};

use crate::EgressError;
use crate::destination::Destination;

/// An answer as it came.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Reads a whole answer, frame by frame, so that no more than `limit` bytes are ever held.
pub(super) async fn read(
    to: &Destination,
    response: http::Response<Incoming>,
    limit: usize,
) -> Result<Answer, EgressError> {
    let (head, mut body) = response.into_parts();
    plainly_coded(to, &head.headers)?;
    let too_large = || EgressError::TooLarge { what: "the answer", limit, setting: "egress.max_answer" };
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| super::broken(to, &error))?;
        if let Ok(data) = frame.into_data() {
            if whole.len() + data.len() > limit {
                return Err(too_large());
            }
            whole.extend_from_slice(&data);
        }
    }
    Ok(Answer { status: head.status.as_u16(), headers: head.headers, body: whole.freeze() })
}

/// `identity` was asked for. A body in another coding cannot be searched for secrets, so it is not let in.
fn plainly_coded(to: &Destination, headers: &HeaderMap) -> Result<(), EgressError> {
    let coded =
        headers.get_all(CONTENT_ENCODING).iter().any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if coded {
        return Err(EgressError::Connect(format!(
            "{} answers compressed although only `identity` is accepted, which this version of the host does not read",
            to.host
        )));
    }
    Ok(())
}
