//! The controls: what a test or the demo does to the simulated world. In this process by [`Control`], in another over
//! HTTP by the paths of `/_sim/` ([`http`]), which come to the same methods.

mod error;
mod grants;
mod http;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::{DAY, SECOND, date};
use crate::faults::{Planned, Provider};
use crate::freestylelibre::{LibreStep, version};
use crate::hooks::usual_client;
use crate::ledger::{Ledger, TokenTotals};
use crate::oauth::{home, user_id};
use crate::settings::{CookieGeneration, Generation, Limits, MOST_RIDERS, MOST_RIDES, RouvyGeneration};
use crate::state::{Shared, State};
use crate::world::{Rider, Wanted};

pub use error::ControlError;
pub use grants::{Authorize, Registration};
pub(crate) use http::answer;

/// Riders to make. They have an account at every provider, at Dexcom in one region: the first in the United States, the
/// second in the European, the third in the Japanese, and so on around.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewRiders {
    /// Default: 1.
    pub count: usize,
    /// Strava's activities of each. The 2nd of every five is a run, the 3rd indoors, the 11th typed in by hand, the
    /// 8th of every nine private. Default: 5.
    pub activities: usize,
    /// TrainerRoad's rides of each. Default: 5.
    pub rides: usize,
    /// TrainerRoad's planned workouts of each, one a day from tomorrow on. Default: 2.
    pub planned: usize,
    /// Days over which the history is spread, ending yesterday. Default: 30.
    pub days: u16,
    /// Seconds of moving in an activity at Strava, from and to; streams have a row for each. Default: 900 to 1,800.
    pub seconds: (u32, u32),
}

impl Default for NewRiders {
    fn default() -> Self {
        NewRiders { count: 1, activities: 5, rides: 5, planned: 2, days: 30, seconds: (900, 1_800) }
    }
}

/// Rides of a rider that have just ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRides {
    /// Where.
    pub provider: Provider,
    /// Default: 1.
    #[serde(default = "one")]
    pub count: usize,
    /// Seconds. Default: 1,200.
    #[serde(default = "twenty_minutes")]
    pub seconds: u32,
}

fn one() -> usize {
    1
}

fn twenty_minutes() -> u32 {
    1_200
}

/// What a rider needs in order to sign in, and the ids that the providers know them by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// TrainerRoad takes it or the e-mail.
    pub username: String,
    /// Every form takes it.
    pub email: String,
    /// The same everywhere; it opens nothing but this simulator.
    pub password: String,
    /// Strava's athlete id.
    pub athlete: i64,
    /// TrainerRoad's member id.
    pub member: i64,
    /// The id by which each provider knows them. Dexcom has another for each application: this is for the one of the
    /// settings, in the rider's region.
    #[serde(default)]
    pub ids: BTreeMap<Provider, String>,
    /// Where their account at Dexcom is: `us`, `eu` or `jp`.
    #[serde(default)]
    pub region: String,
}

/// All that are played.
const PROVIDERS: [Provider; 11] = [
    Provider::Strava,
    Provider::Trainerroad,
    Provider::Whoop,
    Provider::Garmin,
    Provider::Withings,
    Provider::Polar,
    Provider::Dexcom,
    Provider::Rouvy,
    Provider::Freestylelibre,
    Provider::Virtuagym,
    Provider::Fatsecret,
];

impl Account {
    fn of(state: &State, rider: &Rider) -> Account {
        let region = home(rider);
        let client = |provider| match (provider, region) {
            (Provider::Dexcom, "eu") => state.settings.apps.dexcom_eu.client_id.clone(),
            (Provider::Dexcom, "jp") => state.settings.apps.dexcom_jp.client_id.clone(),
            _ => usual_client(state, provider).unwrap_or_default(),
        };
        let id = |provider| user_id(provider, state.world.seed, rider, &client(provider));
        Account {
            ids: PROVIDERS.into_iter().map(|provider| (provider, id(provider))).collect(),
            region: region.to_owned(),
            username: rider.username.clone(),
            email: rider.email.clone(),
            password: rider.password.clone(),
            athlete: rider.athlete,
            member: rider.member,
        }
    }
}

/// The controls of a running simulator.
#[derive(Debug, Clone)]
pub struct Control {
    shared: Arc<Shared>,
}

impl Control {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Control { shared }
    }

    /// Makes riders, named `rider-0001` and so on; the same seed and calls make the same.
    ///
    /// # Errors
    /// More than 1,000 of anything.
    pub fn add_riders(&self, new: &NewRiders) -> Result<Vec<Account>, ControlError> {
        add_riders(&mut self.shared.lock(), new)
    }

    /// All riders.
    pub fn riders(&self) -> Vec<Account> {
        accounts(&self.shared.lock())
    }

    /// Adds rides that have just ended, one after the other; returns Strava's ids or TrainerRoad's old numbers.
    ///
    /// # Errors
    /// No such rider, or more than 1,000.
    pub fn add_rides(&self, user: &str, new: &NewRides) -> Result<Vec<i64>, ControlError> {
        add_rides(&mut self.shared.lock(), user, new)
    }

    /// Puts workouts into a rider's TrainerRoad calendar, one a day from tomorrow on; returns the entries' ids.
    ///
    /// # Errors
    /// No such rider, or more than 1,000.
    pub fn add_planned(&self, user: &str, count: usize) -> Result<Vec<String>, ControlError> {
        add_planned(&mut self.shared.lock(), user, count)
    }

    /// Gives a ride another name. TrainerRoad's are found by any of their ids.
    ///
    /// # Errors
    /// No such rider or ride.
    pub fn rename(&self, user: &str, provider: Provider, id: &str, name: &str) -> Result<(), ControlError> {
        rename(&mut self.shared.lock(), user, provider, id, name)
    }

    /// Takes away a ride, or a workout from TrainerRoad's calendar.
    ///
    /// # Errors
    /// No such rider or ride.
    pub fn remove(&self, user: &str, provider: Provider, id: &str) -> Result<(), ControlError> {
        remove(&mut self.shared.lock(), user, provider, id)
    }

    /// Moves a workout of a rider's TrainerRoad calendar to a later day.
    ///
    /// # Errors
    /// No such rider or workout.
    pub fn postpone(&self, user: &str, id: &str, days: u16) -> Result<(), ControlError> {
        postpone(&mut self.shared.lock(), user, id, days)
    }

    /// Changes TrainerRoad's API.
    pub fn set_generation(&self, generation: Generation) {
        self.shared.lock().settings.trainerroad.generation = generation;
    }

    /// Lets both generations of TrainerRoad's calendar answer, or only the present one.
    pub fn set_both(&self, both: bool) {
        self.shared.lock().settings.trainerroad.both = both;
    }

    /// Changes TrainerRoad's session cookie. Sessions of the former are no longer good where its name differs.
    pub fn set_cookie(&self, cookie: CookieGeneration) {
        self.shared.lock().settings.trainerroad.cookie = cookie;
    }

    /// Raises the version that LibreLinkUp's clients have to have at least, such as `4.20.0`.
    ///
    /// # Errors
    /// It is no version.
    pub fn set_libre_version(&self, least: &str) -> Result<(), ControlError> {
        set_libre_version(&mut self.shared.lock(), least)
    }

    /// Puts a step before a rider at LibreLinkUp, or lets them take it.
    ///
    /// # Errors
    /// No such rider.
    pub fn set_libre_step(&self, user: &str, step: Option<LibreStep>) -> Result<(), ControlError> {
        set_libre_step(&mut self.shared.lock(), user, step)
    }

    /// Changes ROUVY's web pages.
    pub fn set_rouvy_generation(&self, generation: RouvyGeneration) {
        self.shared.lock().settings.rouvy.generation = generation;
    }

    /// Changes Strava's quotas; what is used stays used.
    pub fn set_limits(&self, limits: Limits) {
        self.shared.lock().settings.strava.limits = limits;
    }

    /// Plans something that goes wrong.
    pub fn plan_fault(&self, planned: Planned) {
        self.shared.lock().faults.add(planned);
    }

    /// What is still to go wrong.
    pub fn faults(&self) -> Vec<Planned> {
        self.shared.lock().faults.all()
    }

    /// Lets nothing go wrong that has not yet.
    pub fn clear_faults(&self) {
        self.shared.lock().faults.clear();
    }

    /// The simulated time, in Unix milliseconds.
    pub fn now(&self) -> i64 {
        self.shared.lock().clock.now()
    }

    /// Moves the clock: tokens, sessions and quotas age by it.
    pub fn advance(&self, by: Duration) {
        self.shared.lock().clock.advance(by);
    }

    /// What became of a provider's codes and tokens. The ledger has it too, but takes longer.
    pub fn tokens(&self, provider: Provider) -> TokenTotals {
        self.shared.lock().book.tokens(provider)
    }

    /// What is true and what was served of it.
    pub fn ledger(&self) -> Ledger {
        Ledger::of(&self.shared.lock())
    }
}

fn set_libre_version(state: &mut State, least: &str) -> Result<(), ControlError> {
    if version(least).is_none() {
        return Err(ControlError::Malformed(format!("{least:?} is no version; 4.20.0 would be")));
    }
    state.freestylelibre.least = least.to_owned();
    Ok(())
}

fn set_libre_step(state: &mut State, user: &str, step: Option<LibreStep>) -> Result<(), ControlError> {
    let username = state.world.rider(user).ok_or_else(|| no_rider(user))?.username.clone();
    match step {
        Some(step) => drop(state.freestylelibre.steps.insert(username, step)),
        None => drop(state.freestylelibre.steps.remove(&username)),
    }
    Ok(())
}

fn within(wanted: usize, most: usize) -> Result<(), ControlError> {
    if wanted > most { Err(ControlError::TooMany { wanted, most }) } else { Ok(()) }
}

fn add_riders(state: &mut State, new: &NewRiders) -> Result<Vec<Account>, ControlError> {
    within(new.count.saturating_add(state.world.riders.len()), MOST_RIDERS)?;
    for wanted in [new.activities, new.rides, new.planned] {
        within(wanted, MOST_RIDES)?;
    }
    // A day of riding is as much as one ever saw.
    within(new.seconds.0.max(new.seconds.1) as usize, 86_400)?;
    let wanted = Wanted {
        activities: new.activities,
        rides: new.rides,
        planned: new.planned,
        days: i64::from(new.days),
        seconds: (i64::from(new.seconds.0), i64::from(new.seconds.1)),
    };
    let now = state.clock.now();
    let made: Vec<Rider> = (0..new.count).map(|_| state.world.add(&wanted, now)).collect();
    Ok(made.iter().map(|rider| Account::of(state, rider)).collect())
}

fn accounts(state: &State) -> Vec<Account> {
    state.world.riders.iter().map(|rider| Account::of(state, rider)).collect()
}

fn no_rider(user: &str) -> ControlError {
    ControlError::NoRider(user.to_owned())
}

fn add_rides(state: &mut State, user: &str, new: &NewRides) -> Result<Vec<i64>, ControlError> {
    within(new.count, MOST_RIDES)?;
    within(new.seconds as usize, 86_400)?;
    let (seed, now, seconds) = (state.world.seed, state.clock.now(), i64::from(new.seconds));
    let (rider, ids, workouts) = state.world.rider_mut(user).ok_or_else(|| no_rider(user))?;
    let start = now - (seconds + 300) * SECOND;
    let rides = (0..new.count as i64).map(|back| start - back * (seconds + 600) * SECOND);
    match new.provider {
        Provider::Strava => Ok(rides.map(|start| rider.record(seed, start, seconds, ids)).collect()),
        Provider::Trainerroad => Ok(rides.map(|start| rider.ride(seed, start, seconds, workouts, ids)).collect()),
        other => Err(ControlError::Unsupported { provider: other, what: "rides that can be added" }),
    }
}

fn add_planned(state: &mut State, user: &str, count: usize) -> Result<Vec<String>, ControlError> {
    within(count, MOST_RIDES)?;
    let (seed, now) = (state.world.seed, state.clock.now());
    let (rider, _, workouts) = state.world.rider_mut(user).ok_or_else(|| no_rider(user))?;
    Ok((1..=count as i64).map(|ahead| rider.intend(seed, &date(now + ahead * DAY), workouts)).collect())
}

fn rename(state: &mut State, user: &str, provider: Provider, id: &str, name: &str) -> Result<(), ControlError> {
    let (rider, ..) = state.world.rider_mut(user).ok_or_else(|| no_rider(user))?;
    let found = match provider {
        Provider::Strava => {
            rider.activities.iter_mut().find(|activity| activity.id.to_string() == id).map(|activity| {
                activity.edits += 1;
                activity.name = name.to_owned();
            })
        }
        Provider::Trainerroad => rider.rides.iter_mut().find(|ride| ride.is(id)).map(|ride| {
            ride.edits += 1;
            ride.name = name.to_owned();
        }),
        other => return Err(ControlError::Unsupported { provider: other, what: "names that can be changed" }),
    };
    found.ok_or_else(|| ControlError::NoItem { user: user.to_owned(), id: id.to_owned() })
}

fn remove(state: &mut State, user: &str, provider: Provider, id: &str) -> Result<(), ControlError> {
    let (rider, ..) = state.world.rider_mut(user).ok_or_else(|| no_rider(user))?;
    let gone = match provider {
        Provider::Strava => {
            let activity = rider.activities.iter_mut().find(|activity| activity.id.to_string() == id);
            activity.map(|activity| &mut activity.deleted)
        }
        Provider::Trainerroad => {
            let ride = rider.rides.iter_mut().find(|ride| ride.is(id)).map(|ride| &mut ride.deleted);
            ride.or_else(|| rider.plan.iter_mut().find(|plan| plan.entry == id).map(|plan| &mut plan.deleted))
        }
        other => return Err(ControlError::Unsupported { provider: other, what: "things that can be taken away" }),
    };
    let gone = gone.ok_or_else(|| ControlError::NoItem { user: user.to_owned(), id: id.to_owned() })?;
    *gone = true;
    Ok(())
}

fn postpone(state: &mut State, user: &str, id: &str, days: u16) -> Result<(), ControlError> {
    let (rider, ..) = state.world.rider_mut(user).ok_or_else(|| no_rider(user))?;
    let plan = rider.plan.iter_mut().find(|plan| plan.entry == id);
    plan.ok_or_else(|| ControlError::NoItem { user: user.to_owned(), id: id.to_owned() })?.postpone(days);
    Ok(())
}
