//! Every limit of the sandbox: default, unit, reason, and the setting's name. What one call may cost stands in its
//! [`Budget`](crate::Budget), which the caller fills from its own settings.

use std::time::Duration;

use serde::{Deserialize, Serialize};

const MIB: usize = 1 << 20;

/// The epoch's tick: how long a guest holds a worker thread before others have a turn, and how coarse CPU budgets are.
/// Ten milliseconds is felt by nobody, and a hundred ticks a second cost nothing.
pub const TICK: Duration = Duration::from_millis(10);

/// How often a guest is told "no more memory" before it is ended. A garbage collector asks, hears no, collects, and
/// goes on; a loop that asks for ever does not.
pub(crate) const MEMORY_REFUSALS: u32 = 16;

/// Bytes of the guest's last words (stderr) that a fault repeats: a panic's message and place.
pub(crate) const LAST_WORDS: usize = 1 << 10;

/// Frames of a guest's backtrace in a fault.
pub(crate) const BACKTRACE_FRAMES: usize = 32;

/// Characters of one line that came from a guest: a frame, a message, a log line.
pub(crate) const GUEST_LINE: usize = 400;

macro_rules! limits {
    ($( $(#[$doc:meta])* $field:ident: $type:ty = $default:expr, $setting:literal; )*) => {
        /// What the sandbox may cost, whoever calls it. Each field is a setting under `[limits]`, in kebab-case.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case", default, deny_unknown_fields)]
        pub struct Limits { $( $(#[$doc])* pub $field: $type, )* }

        impl Default for Limits {
            fn default() -> Self {
                Self { $( $field: $default, )* }
            }
        }

        impl Limits {
            /// The settings' names, as errors give them.
            pub const SETTINGS: &'static [&'static str] = &[ $( $setting, )* ];
        }

        /// The name of each setting, for errors.
        #[expect(non_upper_case_globals, reason = "named as the field is")]
        pub mod setting { $( #[doc = concat!("`", $setting, "`")] pub const $field: &str = $setting; )* }
    };
}

limits! {
    /// Bytes of a component. 32 MiB: one made from JavaScript carries its engine and has 12.
    component_bytes: usize = 32 * MIB, "limits.component-bytes";
    /// Functions in all modules of a component. 50,000: four times what one made from JavaScript has.
    component_functions: u32 = 50_000, "limits.component-functions";
    /// Bytes of one function's body. 1 MiB: compile time grows faster than a body does, and the largest in a JavaScript
    /// engine has 172 KB.
    function_bytes: usize = MIB, "limits.function-bytes";
    /// Locals of one function. 20,000: optimised code has hundreds; register allocation is worse than linear in them.
    function_locals: u32 = 20_000, "limits.function-locals";
    /// Components within components. 4: composition tools nest once or twice.
    component_depth: usize = 4, "limits.component-depth";
    /// Modules and components in a component. 64: a component has its module, an adapter and shims.
    component_modules: u32 = 64, "limits.component-modules";
    /// Data segments in all modules. 20,000: a snapshot of a JavaScript engine's heap has 10,001.
    data_segments: u32 = 20_000, "limits.data-segments";
    /// Types in all modules and components together, core and component's. 50,000: a large contract has hundreds.
    component_types: u32 = 50_000, "limits.component-types";
    /// Imports, exports, aliases, instances and canonical functions together. 50,000: as above.
    component_items: u32 = 50_000, "limits.component-items";
    /// Milliseconds of a compile. 60 s: a component made from JavaScript took 8 to 19 s on two busy cores.
    compile_ms: u64 = 60_000, "limits.compile-ms";
    /// Bytes of address space of the compiling child. 2 GiB: that same component took 430 MB.
    compile_memory_bytes: u64 = 2 << 30, "limits.compile-memory-bytes";
    /// Threads of a compile. 2: it must not take the machine from the calls that are served meanwhile.
    compile_threads: u32 = 2, "limits.compile-threads";
    /// Bytes of compiled code. 512 MiB: that same component makes 37 MB.
    compiled_bytes: u64 = 512 << 20, "limits.compiled-bytes";
    /// Calls that run at once; others queue. 128: most of them wait for providers, and a small guest holds some 20 KiB.
    calls_at_once: u32 = 128, "limits.calls-at-once";
    /// Milliseconds that a call queues for its turn before it ends as busy. 30 s: then the job is better off back in
    /// its queue.
    queue_ms: u64 = 30_000, "limits.queue-ms";
    /// Bytes of all memories of a call together. 64 MiB: the largest document and what is made of it, with room.
    call_memory_bytes: usize = 64 * MIB, "limits.call-memory-bytes";
    /// Memories of a call. 8: some made from JavaScript have 3.
    call_memories: u32 = 8, "limits.call-memories";
    /// Tables of a call. 16: one a module, and the shims' own.
    call_tables: u32 = 16, "limits.call-tables";
    /// Elements of all tables of a call together. 65,536: a slot for each function that a component may have; one made
    /// from JavaScript has 7,688.
    call_table_elements: usize = 65_536, "limits.call-table-elements";
    /// Core instances of a call. 64: as many as a component may have modules.
    call_instances: u32 = 64, "limits.call-instances";
    /// Resource handles that are open at once in a call, the guest's and the host's counted apart. 1,000: adapters hold
    /// a handful.
    call_handles: usize = 1_000, "limits.call-handles";
    /// Bytes of the guest's stack. 512 KiB: the engine's own default; a parser that needs more recurses on its input.
    stack_bytes: usize = 512 << 10, "limits.stack-bytes";
    /// Bytes that a call may write to stdout and stderr together; the rest is counted and dropped. 64 KiB: a long panic
    /// and its trace.
    output_bytes: usize = 64 << 10, "limits.output-bytes";
    /// Random bytes in one request. 64 KiB: keys and ids take 32 bytes.
    random_bytes: u64 = 64 << 10, "limits.random-bytes";
}

impl Limits {
    /// How long a compile may take.
    #[must_use]
    pub const fn compile_time(&self) -> Duration {
        Duration::from_millis(self.compile_ms)
    }

    /// How long a call may queue.
    #[must_use]
    pub const fn queue_time(&self) -> Duration {
        Duration::from_millis(self.queue_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::Limits;

    #[test]
    fn every_setting_is_named_as_the_file_spells_it() {
        let written = serde_json::to_value(Limits::default()).unwrap();
        let mut keys: Vec<String> = written.as_object().unwrap().keys().map(|key| format!("limits.{key}")).collect();
        let mut names: Vec<&str> = Limits::SETTINGS.to_vec();
        keys.sort();
        names.sort_unstable();
        assert_eq!(keys, names);
    }

    #[test]
    fn a_setting_may_be_given_alone_and_a_wrong_one_is_refused() {
        let limits: Limits = serde_json::from_str(r#"{"calls-at-once": 3}"#).unwrap();
        assert_eq!(limits, Limits { calls_at_once: 3, ..Limits::default() });
        assert!(serde_json::from_str::<Limits>(r#"{"calls-at-onec": 3}"#).is_err());
    }
}
