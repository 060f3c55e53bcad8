use std::time::Instant;
fn main(){ for _ in 0..3 { let t=Instant::now(); let d=charley_knowledge::Draft::embedded().unwrap(); println!("parse {:?}",t.elapsed()); let t=Instant::now(); let _k=d.check().unwrap(); println!("check {:?}",t.elapsed()); } }
