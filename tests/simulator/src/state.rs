//! What all requests share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;
use crate::fatsecret::Fatsecret;
use crate::faults::Faults;
use crate::freestylelibre::FreeStyleLibre;
use crate::hooks::Hooks;
use crate::ledger::Book;
use crate::oauth::OAuth;
use crate::polar::Polar;
use crate::random::Random;
use crate::rouvy::Rouvy;
use crate::settings::Settings;
use crate::strava::Strava;
use crate::trainerroad::TrainerRoad;
use crate::virtuagym::Virtuagym;
use crate::world::World;

#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
}

/// One lock over everything: an answer takes a millisecond, and in return what a request sees never changes under it.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    pub(crate) world: World,
    pub(crate) strava: Strava,
    pub(crate) trainerroad: TrainerRoad,
    pub(crate) freestylelibre: FreeStyleLibre,
    pub(crate) virtuagym: Virtuagym,
    pub(crate) fatsecret: Fatsecret,
    pub(crate) oauth: OAuth,
    pub(crate) polar: Polar,
    pub(crate) rouvy: Rouvy,
    pub(crate) hooks: Hooks,
    pub(crate) faults: Faults,
    pub(crate) book: Book,
}

impl Shared {
    pub(crate) fn new(settings: Settings) -> Self {
        let state = State {
            clock: Clock::default(),
            random: Random::of(settings.seed, "secrets"),
            world: World::new(settings.seed),
            strava: Strava::new(&settings.strava),
            trainerroad: TrainerRoad::default(),
            freestylelibre: FreeStyleLibre::default(),
            virtuagym: Virtuagym::default(),
            fatsecret: Fatsecret::default(),
            oauth: OAuth::new(&settings.apps),
            polar: Polar::default(),
            rouvy: Rouvy::default(),
            hooks: Hooks::default(),
            faults: Faults::default(),
            book: Book::default(),
            settings,
        };
        Shared { state: Mutex::new(state) }
    }

    /// A request that panicked, should there ever be one, is no reason to fail all that follow.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
