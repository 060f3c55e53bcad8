//! Ordinary nights: people of a population survey who report cramps, and a matrix of everyday situations.
