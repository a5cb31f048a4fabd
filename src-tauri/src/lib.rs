//! The desktop program's shell: the window, what it may ask, and what it is told. Thin: the work is in `desk`.

pub mod by_hand;
pub mod commands;
mod connect;
mod doctor;
mod keys;
mod session;
mod settings;
mod tray;

use std::path::PathBuf;

use desk::view::Notice;
use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::{App, Manager, UriSchemeContext, UriSchemeResponder, WebviewUrl, WebviewWindowBuilder};
use tauri_specta::{Builder, Event, collect_commands, collect_events};

use session::Session;
use settings::Home;

/// The one event the window listens to: whatever happens at the desk, in its order.
#[derive(Clone, Debug, Serialize, Deserialize, Type, Event)]
pub struct Happened(pub Notice);

/// The commands and events, declared once: the invoke handler and the page's TypeScript both come from here.
pub fn bindings() -> Builder<tauri::Wry> {
    Builder::new()
        .commands(collect_commands![
            commands::desk::desk_state,
            commands::desk::reopen,
            commands::desk::ask,
            commands::desk::search,
            commands::desk::open_person,
            commands::desk::ask_again,
            commands::desk::clear,
            commands::desk::look_up_sup,
            commands::desk::link_sup,
            commands::desk::unlink_sup,
            commands::work::work_open,
            commands::work::work_new,
            commands::work::work_check,
            commands::work::work_plan,
            commands::work::work_do,
            commands::work::plan_erasure,
            commands::work::settle,
            commands::work::set_supervisor_pin,
            commands::issue::issue_begin,
            commands::issue::issue_save,
            commands::issue::issue_next_number,
            commands::issue::issue_number,
            commands::issue::issue_read_back,
            commands::issue::issue_spoil,
            commands::issue::issue_plan,
            commands::issue::issue_drop,
            commands::stock::stock,
            commands::stock::stock_take_in,
            commands::stock::stock_compare,
            commands::stock::stock_give_back,
            commands::stock::stock_release,
            commands::tray::tray,
            commands::tray::place_card,
            commands::tray::take_card,
            commands::settings::connections,
            commands::settings::connect,
            commands::settings::disconnect,
            commands::settings::connect_ledger,
            commands::settings::disconnect_ledger,
            commands::settings::save_preferences,
            commands::wedge::scanner_learn,
            commands::wedge::scanner_chip,
            commands::doctor::doctor,
            commands::doctor::give_reader_role,
        ])
        .events(collect_events![Happened])
        .disable_serde_phases()
        // Instants in milliseconds and amounts in kopecks: both far below 2^53, where JavaScript's numbers end.
        .dangerously_cast_bigints_to_number()
}

/// Opens the window and runs until it's closed. `home`: the desk's folder.
///
/// # Errors
/// Where no window can be opened at all.
pub fn run(home: PathBuf) -> tauri::Result<()> {
    let bindings = bindings();
    tauri::Builder::default()
        .invoke_handler(bindings.invoke_handler())
        .register_asynchronous_uri_scheme_protocol("photo", portrait)
        .setup(move |app| {
            bindings.mount_events(app);
            open_window(app, home)?;
            Ok(())
        })
        .run(tauri::generate_context!())
}

fn open_window(app: &App, home: PathBuf) -> tauri::Result<()> {
    let handle = app.handle().clone();
    // What the engine itself keeps (the count of today's taps) stands with the rest of the desk.
    let page = home.join("page");
    let (session, opening) = Session::new(handle.clone(), Home::new(home));
    app.manage(session);
    // The window is there at once; what it asks waits until the desk is open.
    tauri::async_runtime::spawn(async move { handle.state::<Session>().open(opening).await });
    WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
        .title("Carddesk")
        .inner_size(1366.0, 768.0)
        .min_inner_size(1024.0, 640.0)
        .center()
        // A card dragged from the tray is the page's own business.
        .disable_drag_drop_handler()
        .data_directory(page)
        .build()?;
    Ok(())
}

/// `photo://localhost/ID`: a portrait by its opaque id; never a path.
fn portrait(
    context: UriSchemeContext<'_, tauri::Wry>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    let app = context.app_handle().clone();
    let id = request.uri().path().trim_start_matches('/').to_owned();
    tauri::async_runtime::spawn(async move {
        let desk = app.state::<Session>().desk().await.ok();
        let found = desk.and_then(|desk| desk.portrait(&id));
        let response = Response::builder()
            .header(header::CACHE_CONTROL, "no-store")
            .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        let response = match found {
            Some(portrait) => {
                response.header(header::CONTENT_TYPE, portrait.kind).body(portrait.bytes.to_vec())
            }
            None => response.status(StatusCode::NOT_FOUND).body(Vec::new()),
        };
        if let Ok(response) = response {
            responder.respond(response);
        }
    });
}
