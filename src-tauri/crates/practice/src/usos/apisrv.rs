//! `services/apisrv/now`: the server's time, which shows a client whether its clock is right.

use serde_json::json;

use super::{Method, Rights};

pub(super) const METHODS: [Method; 1] = [Method {
    path: "services/apisrv/now",
    rights: Rights::Anyone,
    run: |_, call| Ok(json!(call.now.strftime("%Y-%m-%d %H:%M:%S.%6f").to_string())),
}];
