//! What stands between the server and a Redis, and fails in the way that a test says.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What goes wrong. The cuts happen once, to the next request; the others last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// All bytes pass, in both directions.
    None,
    /// Connections end, and new ones do not come about.
    Refuse,
    /// The same for connections from this address; others go on.
    RefuseFrom(IpAddr),
    /// Bytes are taken and none comes out.
    Freeze,
    /// Answers come late.
    Delay(Duration),
    /// The connection ends before the request arrives.
    CutBefore,
    /// The connection ends in the middle of the request.
    CutInRequest,
    /// The connection ends when the request has been run, before its answer.
    CutAfter,
    /// The connection ends in the middle of the answer.
    CutInAnswer,
}

impl Fault {
    /// The ways in which a connection can end under a request.
    pub const CUTS: [Self; 4] = [Self::CutBefore, Self::CutInRequest, Self::CutAfter, Self::CutInAnswer];

    /// Whether the request has been run when the connection ends.
    pub fn runs(self) -> bool {
        matches!(self, Self::CutAfter | Self::CutInAnswer)
    }
}

pub struct Proxy {
    pub port: u16,
    fault: Arc<watch::Sender<Fault>>,
    /// Ends with this.
    _task: JoinSet<()>,
}

impl Proxy {
    /// Stands before the server at a port.
    pub async fn before(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let fault = Arc::new(watch::Sender::new(Fault::None));
        let mut task = JoinSet::new();
        task.spawn(accept(listener, port, Arc::clone(&fault)));
        Self { port: own, fault, _task: task }
    }

    pub fn set(&self, fault: Fault) {
        self.fault.send_replace(fault);
    }
}

async fn accept(listener: TcpListener, port: u16, fault: Arc<watch::Sender<Fault>>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        let fault = Arc::clone(&fault);
        connections.spawn(async move {
            // Whoever ends is cut off, on both sides.
            let _ = pass(client, port, &fault).await;
        });
    }
}

async fn pass(mut client: TcpStream, port: u16, fault: &watch::Sender<Fault>) -> std::io::Result<()> {
    let from = client.peer_addr()?.ip();
    let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
    let (mut request, mut answer) = (vec![0; 256 * 1024], vec![0; 256 * 1024]);
    let mut now = fault.subscribe();
    loop {
        let fault_now = *now.borrow_and_update();
        match fault_now {
            Fault::Refuse => return Ok(()),
            Fault::RefuseFrom(address) if address == from => return Ok(()),
            Fault::Freeze => {
                let _ = now.changed().await;
                continue;
            }
            _ => {}
        }
        tokio::select! {
            read = client.read(&mut request) => {
                let request = &request[..read?];
                if request.is_empty() {
                    return Ok(());
                }
                if Fault::CUTS.contains(&fault_now) {
                    fault.send_replace(Fault::None);
                    let arrives = match fault_now {
                        Fault::CutBefore => &[],
                        Fault::CutInRequest => &request[..request.len() / 2],
                        _ => request,
                    };
                    server.write_all(arrives).await?;
                    if fault_now.runs() {
                        let length = server.read(&mut answer).await?;
                        let returns = if fault_now == Fault::CutInAnswer { length / 2 } else { 0 };
                        client.write_all(&answer[..returns]).await?;
                    }
                    return Ok(());
                }
                server.write_all(request).await?;
            }
            read = server.read(&mut answer) => {
                let answer = &answer[..read?];
                if answer.is_empty() {
                    return Ok(());
                }
                if let Fault::Delay(delay) = fault_now {
                    tokio::time::sleep(delay).await;
                }
                client.write_all(answer).await?;
            }
            _ = now.changed() => {}
        }
    }
}
