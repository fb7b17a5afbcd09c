//! temp
use gearshift_runtime::*;
use wasmtime::Store;

use std::time::{Duration, Instant};
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    child::run_if_asked();
    let path = std::env::args().nth(1).unwrap();
    let wasm = std::fs::read(&path).unwrap();
    let rt = Runtime::new(Limits::default()).unwrap();
    let t = Instant::now();
    let code = rt.compile(wasm.into()).await.unwrap();
    println!("compiled {} in {:?}", code.len(), t.elapsed());
    let t = Instant::now();
    let c = rt.load(Trusted::vouch(&code)).unwrap();
    println!("loaded in {:?}; mem {:?} tables {:?}", t.elapsed(), c.resources_required().map(|r| r.num_memories), c.resources_required().map(|r| (r.num_tables, r.max_initial_table_size)));
    let d = rt.describe(&c);
    println!("{:?} foreign {:?}", d.imports.iter().map(|i| i.name.as_str()).collect::<Vec<_>>(), d.foreign(&[]));
    let linker = rt.linker::<()>().unwrap();
    let pre = match linker.instantiate_pre(&c) { Ok(p) => p, Err(e) => { println!("{e:#}"); return } };
    let only = std::env::args().nth(2).is_some();
    let mut times = Vec::new();
    for i in 0..20000 {
        let t = Instant::now();
        let r = rt.call(&pre, Budget::default(), (), async |s: &mut Store<Call<()>>, i: &wasmtime::component::Instance| {
            if only { return Ok(0); }
            let f = i.get_typed_func::<(), (u32,)>(&mut *s, "run")?;
            Ok(f.call_async(&mut *s, ()).await?.0)
        }).await;
        times.push(t.elapsed());
        if i == 0 { println!("{r:?}"); }
        if r.is_err() { break }
        if i > 300 && times.iter().sum::<Duration>() > Duration::from_secs(3) { break }
    }
    times.sort();
    println!("n {} p50 {:?} min {:?} p99 {:?}", times.len(), times[times.len()/2], times[0], times[times.len()*99/100]);
}
