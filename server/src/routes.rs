//! Every route, once: the router, the limits and the labels of metrics are made from this table, and
//! what proxies are told of it (docs/OPERATIONS.md, docs/examples) is tested against it.

use ashlink_core::link::behind_page;
use ashlink_store::counters::Class;
use axum::extract::{MatchedPath, Request};
use axum::http::uri::PathAndQuery;
use axum::http::{Method, Uri};

/// Whom a proxy has to let through to a route where only staff create.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenTo {
    /// Who creates: a proxy may ask for a login first.
    Staff,
    /// Who has a link, too: no login may stand in front.
    Anyone,
    /// Machines alone: a proxy may do as it likes.
    Machines,
}

/// Each route is its template, whom it is open to and what it answers to. A method is followed by what it
/// is counted as; one without is not counted. HEAD goes with GET.
macro_rules! routes {
    ($($route:ident = $template:literal, $open_to:ident: $($method:ident $($class:ident)?),*;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Route { $($route),* }

        impl Route {
            pub(crate) const ALL: &[Self] = &[$(Self::$route),*];

            /// Its path, with the names of what varies in braces: what the router knows it by, and
            /// what stands in logs, metrics and traces.
            pub(crate) const fn template(self) -> &'static str {
                match self { $(Self::$route => $template,)* }
            }

            /// Whom a proxy has to let through.
            #[cfg_attr(not(test), expect(dead_code, reason = "documents are tested against it"))]
            pub(crate) const fn open_to(self) -> OpenTo {
                match self { $(Self::$route => OpenTo::$open_to,)* }
            }

            /// The methods that it answers to.
            #[cfg_attr(not(test), expect(dead_code, reason = "the router is tested against it"))]
            pub(crate) const fn methods(self) -> &'static [&'static str] {
                match self { $(Self::$route => &[$(stringify!($method)),*],)* }
            }

            /// What a request is counted as. By the methods that do something: a page elsewhere can
            /// have a browser ask for anything.
            pub(crate) fn class(self, method: &Method) -> Option<Class> {
                let method = if *method == Method::HEAD { "GET" } else { method.as_str() };
                match self {
                    $(Self::$route => {
                        $($(if method == stringify!($method) {
                            return Some(Class::$class);
                        })?)*
                        None
                    })*
                }
            }

            /// The one with this template.
            fn with_template(template: &str) -> Option<Self> {
                match template {
                    $($template => Some(Self::$route),)*
                    _ => None,
                }
            }
        }
    };
}

routes! {
    CreatePage = "/", Staff: GET;
    OpenPage = "/s", Anyone: GET;
    ReceiptPage = "/m", Anyone: GET;
    AboutPage = "/about", Anyone: GET;
    ReferencePage = "/docs/api", Anyone: GET;
    HashedFile = "/pkg/{file}", Anyone: GET;
    BrandFile = "/brand/{file}", Anyone: GET;
    Manifest = "/.well-known/ashlink/manifest.json", Anyone: GET;
    Favicon = "/favicon.svg", Anyone: GET;
    Robots = "/robots.txt", Machines: GET;
    Healthz = "/healthz", Machines: GET;
    Readyz = "/readyz", Machines: GET;
    OpenApi = "/api/openapi.json", Anyone: GET;
    UnknownApi = "/api/{*path}", Machines: ;
    Config = "/api/v1/config", Anyone: GET;
    Secrets = "/api/v1/secrets", Staff: POST Create;
    Secret = "/api/v1/open/{id}", Anyone: GET Lookup, DELETE Open;
    Claim = "/api/v1/open/{id}/claim", Anyone: POST Open;
    Ack = "/api/v1/open/{id}/ack", Anyone: POST Open;
    Receipt = "/api/v1/receipts/{id}", Anyone: GET Lookup, DELETE Open;
}

impl Route {
    /// Where a request leads; `None` where to no route.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        Self::with_template(request.extensions().get::<MatchedPath>()?.as_str())
    }
}

/// Leads a link that was rewritten on its way to its page, which reads the key from the address: `/s%23KEY`,
/// `/s/`, `//s`. The prefix is taken off already, but for one behind too many slashes: only these pages may be
/// reached so, because a proxy that asks for a login may know the other paths by their exact form.
pub(crate) fn lead_to_page(prefix: &str, mut request: Request) -> Request {
    let path = request.uri().path();
    let below = path.trim_start_matches('/').strip_prefix(prefix.trim_start_matches('/'));
    let paths = [Some(path), below.filter(|below| below.starts_with('/'))];
    let leads = |page: &Route| paths.iter().flatten().any(|path| behind_page(path, page.template()).is_some());
    if let Some(page) = [Route::OpenPage, Route::ReceiptPage].into_iter().find(leads) {
        let mut parts = request.uri().clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::from_static(page.template()));
        *request.uri_mut() = Uri::from_parts(parts).expect("only its path is another one");
    }
    request
}

#[cfg(test)]
mod tests;
