//! The controls: what a test or the demo does to the simulated world. In this process by [`Control`], in another over
//! HTTP by the paths of `/_sim/` ([`http`]), which come to the same methods.

mod http;

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::clock::{DAY, SECOND, date};
use crate::faults::{Planned, Provider};
use crate::ledger::Ledger;
use crate::settings::{CookieGeneration, Generation, Limits, MOST_RIDERS, MOST_RIDES};
use crate::state::{Shared, State};
use crate::strava::{self, Decision};
use crate::trainerroad;
use crate::world::{Rider, Wanted};

pub(crate) use http::answer;

/// Why a control did nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ControlError {
    /// No rider has this user name or e-mail.
    #[error("there is no rider \"{0}\"; GET /_sim/users lists them")]
    NoRider(String),
    /// The rider has nothing with this id.
    #[error("{user} has nothing with the id {id}; GET /_sim/ledger lists what there is")]
    NoItem {
        /// The rider.
        user: String,
        /// What was looked for.
        id: String,
    },
    /// More was wanted than one call makes.
    #[error("{wanted} is more than the {most} that one call makes; call again for more")]
    TooMany {
        /// What was wanted.
        wanted: usize,
        /// The most.
        most: usize,
    },
    /// The provider refused to show its page.
    #[error("Strava would refuse this authorize address: {0}")]
    Refused(String),
    /// The request to a control was not understood.
    #[error("{0}")]
    Malformed(String),
}

impl ControlError {
    /// A stable word for the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            ControlError::NoRider(_) => "no-rider",
            ControlError::NoItem { .. } => "no-item",
            ControlError::TooMany { .. } => "too-many",
            ControlError::Refused(_) => "refused",
            ControlError::Malformed(_) => "malformed",
        }
    }
}

/// Riders to make. They have an account at both providers.
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
    /// Strava's form takes it.
    pub email: String,
    /// The same at both; it opens nothing but this simulator.
    pub password: String,
    /// Strava's athlete id.
    pub athlete: i64,
    /// TrainerRoad's member id.
    pub member: i64,
}

impl Account {
    fn of(rider: &Rider) -> Account {
        Account {
            username: rider.username.clone(),
            email: rider.email.clone(),
            password: rider.password.clone(),
            athlete: rider.athlete,
            member: rider.member,
        }
    }
}

/// What a rider answers on Strava's page, for a test without a browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authorize {
    /// The address to which the application sent the rider.
    pub url: String,
    /// Who they are.
    #[serde(default)]
    pub user: String,
    /// Scopes that they untick.
    #[serde(default)]
    pub untick: Vec<String>,
    /// They refuse.
    #[serde(default)]
    pub deny: bool,
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
        self.shared.lock().world.riders.iter().map(Account::of).collect()
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

    /// Ends the access tokens or sessions of one rider, or of all; refresh tokens stay good.
    pub fn expire(&self, provider: Provider, user: Option<&str>) {
        expire(&mut self.shared.lock(), provider, user);
    }

    /// Answers Strava's page for a rider; returns the address to which the browser would go back.
    ///
    /// # Errors
    /// No such rider, or Strava would refuse the address.
    pub fn authorize(&self, answer: &Authorize) -> Result<String, ControlError> {
        authorize(&mut self.shared.lock(), answer)
    }

    /// What is true and what was served of it.
    pub fn ledger(&self) -> Ledger {
        Ledger::of(&self.shared.lock())
    }
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
    Ok((0..new.count).map(|_| Account::of(&state.world.add(&wanted, now))).collect())
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
    Ok(match new.provider {
        Provider::Strava => rides.map(|start| rider.record(seed, start, seconds, ids)).collect(),
        Provider::Trainerroad => rides.map(|start| rider.ride(seed, start, seconds, workouts, ids)).collect(),
    })
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

fn expire(state: &mut State, provider: Provider, user: Option<&str>) {
    match provider {
        Provider::Strava => strava::expire(state, user),
        Provider::Trainerroad => trainerroad::expire(state, user),
    }
}

fn authorize(state: &mut State, answer: &Authorize) -> Result<String, ControlError> {
    let url = Url::parse(&answer.url).map_err(|error| ControlError::Malformed(format!("the url is none: {error}")))?;
    let decision = if answer.deny {
        Decision::Deny
    } else {
        let rider = state.world.rider(&answer.user).ok_or_else(|| no_rider(&answer.user))?;
        Decision::Allow { username: rider.username.clone(), unticked: answer.untick.clone() }
    };
    strava::decide(state, &url, &decision).map_err(ControlError::Refused)
}
