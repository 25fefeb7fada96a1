//! The language server.
//!
//! What the client sends goes through `input`, in order through `layer`, which changes the documents of the `session`,
//! and then to the handlers of `backend`; those ask the threads of `worker`, which analyse and publish. What we send goes
//! through `output`.

mod backend;
mod capabilities;
mod convert;
mod input;
mod layer;
mod log;
mod output;
mod record;
mod session;
mod settings;
mod worker;

pub(crate) use log::LogLevel;

use backend::Backend;
use clap::Args;
use input::Input;
use layer::Ordered;
use log::Log;
use output::Output;
use record::Recorder;
use session::Session;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tower_lsp::{LspService, Server};
use worker::Workers;

/// Handlers that wait must never stop the reader: the transport's default of four would.
const CONCURRENCY: usize = 1024;
/// How long what is under way may take once the client has gone.
const GRACE: Duration = Duration::from_millis(200);

/// Start the language server: an editor speaks to it on standard input and output.
#[derive(Args, Debug)]
pub(crate) struct Lsp {
    /// Accepted because many clients pass it; there is no other way.
    #[arg(long)]
    stdio: bool,
    /// Write the log to this file too.
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// How much to log.
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    log_level: LogLevel,
    /// Write down what the client sends, for a bug report.
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    record: Option<PathBuf>,
    /// Play a recorded session as fast as possible, and exit.
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
    /// The process to end with. Accepted because some clients pass it; the end of the input is enough.
    #[arg(long, value_name = "PID", hide = true)]
    client_process_id: Option<u32>,
}

/// True once the client has said `shutdown`: what the exit status tells.
static DOWN: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// Runs the server until the client leaves. Never returns unless it could not start.
pub(crate) fn run(args: &Lsp) -> io::Result<()> {
    ide::prepare();
    let named = |path: &PathBuf| {
        let path = path.display().to_string();
        move |error: io::Error| io::Error::new(error.kind(), format!("{path}: {error}"))
    };
    let recorder = args.record.as_ref().map(|it| Recorder::create(it).map_err(named(it))).transpose()?;
    let replay = args.replay.as_ref().map(|it| record::recorded(it).map_err(named(it))).transpose()?;
    let output = Output::write(io::stdout());
    let log = Log::new(output.clone(), args.log_level, args.log.as_deref())
        .map_err(|it| args.log.as_ref().map_or_else(|| io::Error::other("no log"), |path| named(path)(it)))?;
    log_panics(&log);

    let down = Arc::clone(DOWN.get_or_init(Arc::default));
    let profile = Arc::default();
    let workers = Workers::start(output.clone(), log.clone(), Arc::clone(&profile));
    let is_replay = replay.is_some();
    let input = match replay {
        Some(bytes) => Input::read(io::Cursor::new(bytes), output.clone(), None, || {}),
        None => Input::read(io::stdin(), output.clone(), recorder, leave_soon),
    };
    let session = Session::new(workers.clone(), log.clone());
    let (service, socket) = {
        let (workers, profile) = (workers.clone(), Arc::clone(&profile));
        LspService::new(|client| Backend::new(client, workers, profile, log))
    };
    let on_exit = if is_replay { || {} } else { leave_soon as fn() };
    let service = Ordered::new(service, session, profile, down, on_exit);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(async {
        Server::new(input, output.clone(), socket).concurrency_level(CONCURRENCY).serve(service).await;
    });
    if is_replay {
        workers.finish();
        output.flush(Duration::from_secs(60));
        std::process::exit(0);
    }
    output.flush(GRACE);
    leave();
}

/// Ends the process shortly, whatever is under way then.
fn leave_soon() {
    std::thread::spawn(|| {
        std::thread::sleep(GRACE);
        leave();
    });
}

/// Ends the process, as the protocol has it: well only if the client said `shutdown` first.
fn leave() -> ! {
    let down = DOWN.get().is_some_and(|it| it.load(Ordering::Relaxed));
    std::process::exit(if down { 0 } else { 1 })
}

/// Panics are caught where they matter; here they are logged with their place, since nobody reads our standard error.
fn log_panics(log: &Log) {
    let log = log.clone();
    std::panic::set_hook(Box::new(move |panic| log.error(format!("internal error: {panic}"))));
}
