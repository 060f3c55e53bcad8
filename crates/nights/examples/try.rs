use charley_nights::trial::*;
use std::time::Instant;
fn main() {
    let text = std::fs::read_to_string("/work/shared/data/nof1/sim_effect_84.json").unwrap();
    let v: serde_json::Value = serde_json::from_str(&text).unwrap();
    let arm: Vec<bool> = v["arm"].as_array().unwrap().iter().map(|a| a.as_i64() == Some(1)).collect();
    let y = v["y"]
        .as_array()
        .unwrap()
        .iter()
        .map(|y| match y.as_u64() {
            Some(n) => Count::Exactly(n as u32),
            None => Count::Missing,
        })
        .collect();
    let s = Series::new(&arm, y).unwrap();
    let p = Priors::default().with_beta_sd(0.5);
    for effort in [Effort::Quick, Effort::Precise] {
        let t = Instant::now();
        let post = posterior(&s, &p, effort);
        let mut took = t.elapsed();
        for _ in 0..30 {
            let t = Instant::now();
            posterior(&s, &p, effort);
            took = took.min(t.elapsed());
        }
        println!("{effort:?} {took:?} nodes {}", post.nodes.len());
        for (n, d) in [
            ("alpha", &post.alpha),
            ("beta", &post.beta),
            ("gamma", &post.gamma),
            ("sigma", &post.sigma),
            ("rho", &post.rho),
            ("isq", &post.isq),
        ] {
            let m = d.expect(|x| x);
            let sd = d.expect(|x| (x - m) * (x - m)).sqrt();
            println!(
                "{n}: mean {m:.4} sd {sd:.4} q {:.4} {:.4} {:.4}",
                d.quantile(0.025),
                d.quantile(0.5),
                d.quantile(0.975)
            );
        }
        println!("P<1 {:.4} P<.8 {:.4}", post.ratio_below(1.0), post.ratio_below(0.8));
    }
}
