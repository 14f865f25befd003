//! What a page shows beside its words where nothing is left to open, or something is wrong.

use leptos::prelude::*;

/// The marks, of which the style sheet shows the one that belongs to the state around it, or none.
pub(super) fn marks() -> impl IntoView {
    let mark = |class, d| view! { <path class=class d=d /> };
    view! {
        <svg class="sign" viewBox="0 0 32 32" width="40" height="40" aria-hidden="true">
            <circle cx="16" cy="16" r="14.500" />
            {mark("tick", "M10 16.500l4.200 4.200L22.500 12")}
            {mark("seal", "M8.500 13.500v9h15v-9M8.500 13.500 16 8.500l7.500 5M8.500 13.500l7.500 5 7.500-5")}
            {mark("cross", "M11.500 11.500l9 9M20.500 11.500l-9 9")}
            {mark("time", "M16 9v7.500l4.500 3")}
            {mark("question", "M12.500 13a3.500 3.500 0 1 1 5 3.200c-1 .5-1.500 1.100-1.500 2.300M16 22.500v.01")}
            {mark("chain", "M14 19.500l-1.500 1.500a3.500 3.500 0 0 1-5-5l3-3M18 12.500l1.500-1.500a3.500 3.500 0 0 1 5 5l-3 3M14 12v-2.500M18 20v2.500")}
            {mark("alert", "M16 9v8.500M16 22.500v.01")}
        </svg>
    }
}
