//! What the mesh survives: processes that end at the worst moment, full disks, two of everything.

mod crash_points;
mod dice;
mod full_disk;
mod kills;
mod racers;
mod restored;
mod retention;
mod start_stop;
mod world;
