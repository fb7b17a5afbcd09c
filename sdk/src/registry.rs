// Made from wit/registry by `cargo run -p gearshift-model --example registry`. Edit the tables there.
//! The registry's names as constants, so that a misspelt one does not compile.

/// Kinds of record.
pub mod kind {
    /// One bout of exercise, from its start to its end by the wall clock, pauses included.
    pub const ACTIVITY: &str = "activity";
    /// The person as the provider's profile knows them, now. It has no time; the key is the provider's id of the person.
    pub const ATHLETE: &str = "athlete";
    /// Readings of the body: a weighing, a blood pressure, a day of glucose. The window is when they were taken.
    pub const BODY: &str = "body";
    /// One day's totals and scores. `date` is the day, the window runs from midnight to midnight where the person was.
    pub const DAILY: &str = "daily";
    /// One day of a cycle. `date` is the day.
    pub const MENSTRUATION: &str = "menstruation";
    /// What was eaten and drunk in one day or at one meal; meals and foods are segments.
    pub const NUTRITION: &str = "nutrition";
    /// One finding that no other kind holds, such as a symptom or a laboratory's value.
    pub const OBSERVATION: &str = "observation";
    /// One workout that is planned for a day. `date` is the day; steps and their targets are segments; its measures are what is planned.
    pub const PLANNED_WORKOUT: &str = "planned-workout";
    /// A stretch of samples that belong to no activity, night or day of their own.
    pub const SAMPLE: &str = "sample";
    /// One sleep or nap, from lying down to rising; `date` is the day on which it ended, where the provider says.
    pub const SLEEP: &str = "sleep";
}

/// Roles of segments.
pub mod role {
    /// A further device that took part; the main one stands in the record's own attributes.
    pub const DEVICE: &str = "device";
    /// An electrocardiogram: its summary; the trace is the series `ecg-potential` within its window.
    pub const ECG: &str = "ecg";
    /// A best or a marked stretch, such as the fastest kilometre.
    pub const EFFORT: &str = "effort";
    /// One food or drink, as it was entered; its measures are what was eaten of it.
    pub const FOOD: &str = "food";
    /// A stretch that the provider found, or that the plan asked for, in what was done.
    pub const INTERVAL: &str = "interval";
    /// A lap, pressed or automatic.
    pub const LAP: &str = "lap";
    /// One sport of several in a multisport activity.
    pub const LEG: &str = "leg";
    /// A meal of the day, or what was eaten in between; `meal` tells which, foods have it as their parent.
    pub const MEAL: &str = "meal";
    /// How an hour of the day usually is, over the days that the provider looked at.
    pub const PATTERN: &str = "pattern";
    /// A time in which the recording stood still.
    pub const PAUSE: &str = "pause";
    /// A block of steps that is done as often as its `repetitions` say; the steps have it as their parent.
    pub const REPEAT: &str = "repeat";
    /// A set of a strength exercise.
    pub const SET: &str = "set";
    /// A stretch of equal length, such as each kilometre.
    pub const SPLIT: &str = "split";
    /// One step of a plan, in order; its measures say how long it lasts.
    pub const STEP: &str = "step";
    /// A label or an event with a time and a note.
    pub const TAG: &str = "tag";
    /// What a step aims at. A step has one or more, the first counts most.
    pub const TARGET: &str = "target";
    /// A zone and the time spent in it; `zone-of` tells what it is measured by.
    pub const ZONE: &str = "zone";
}

/// Metrics, each with its unit in UCUM and its bounds.
pub mod metric {
    /// Time spent active, at whatever intensity the provider calls so. In `s`, from 0 to 31622400.
    pub const ACTIVE_DURATION: &str = "active-duration";
    /// How active the day was. In no unit, from 0 to 1000.
    pub const ACTIVITY_SCORE: &str = "activity-score";
    /// Age in years. In `a`, from 0 to 150.
    pub const AGE: &str = "age";
    /// Height above sea level. In `m`, from -12000 to 100000.
    pub const ALTITUDE: &str = "altitude";
    /// Times an hour of sleep that breathing stopped or was shallow. In `/h`, from 0 to 300.
    pub const APNEA_HYPOPNEA_INDEX: &str = "apnea-hypopnea-index";
    /// Time awake between falling asleep and rising. In `s`, from 0 to 172800.
    pub const AWAKE_DURATION: &str = "awake-duration";
    /// Energy that the body burns in a day when nothing but alive. In `kcal/d`, from 0 to 20000.
    pub const BASAL_METABOLIC_RATE: &str = "basal-metabolic-rate";
    /// Time from one beat to the next (RR interval). In `ms`, from 0 to 10000.
    pub const BEAT_INTERVAL: &str = "beat-interval";
    /// Diastolic blood pressure. In `mm[Hg]`, from 0 to 300.
    pub const BLOOD_PRESSURE_DIASTOLIC: &str = "blood-pressure-diastolic";
    /// Systolic blood pressure. In `mm[Hg]`, from 0 to 400.
    pub const BLOOD_PRESSURE_SYSTOLIC: &str = "blood-pressure-systolic";
    /// Reserve of energy, 0 to 100. In no unit, from 0 to 100.
    pub const BODY_BATTERY: &str = "body-battery";
    /// Share of fat in the body. In `%`, from 0 to 100.
    pub const BODY_FAT: &str = "body-fat";
    /// Weight over height squared. In `kg/m2`, from 0 to 300.
    pub const BODY_MASS_INDEX: &str = "body-mass-index";
    /// Temperature of the body. In `Cel`, from 20 to 50.
    pub const BODY_TEMPERATURE: &str = "body-temperature";
    /// Share of water in the body. In `%`, from 0 to 100.
    pub const BODY_WATER: &str = "body-water";
    /// Mass of water in the body. In `kg`, from 0 to 1000.
    pub const BODY_WATER_MASS: &str = "body-water-mass";
    /// Mass of bone. In `kg`, from 0 to 100.
    pub const BONE_MASS: &str = "bone-mass";
    /// Turns of the crank, strokes, or steps of both feet, a minute. In `/min`, from 0 to 500.
    pub const CADENCE: &str = "cadence";
    /// Highest cadence. In `/min`, from 0 to 1000.
    pub const CADENCE_MAX: &str = "cadence-max";
    /// Carbohydrates eaten and drunk. In `g`, from 0 to 100000.
    pub const CARBOHYDRATE_INTAKE: &str = "carbohydrate-intake";
    /// Latitude at the middle, WGS 84. In `deg`, from -90 to 90.
    pub const CENTER_LATITUDE: &str = "center-latitude";
    /// Longitude at the middle, WGS 84. In `deg`, from -180 to 180.
    pub const CENTER_LONGITUDE: &str = "center-longitude";
    /// Cholesterol eaten and drunk. In `mg`, from 0 to 1000000.
    pub const CHOLESTEROL_INTAKE: &str = "cholesterol-intake";
    /// Distance covered since the record's start; as a series, the reading at each sample. In `m`, from 0 to 100000000.
    pub const CUMULATIVE_DISTANCE: &str = "cumulative-distance";
    /// Floors climbed since the record's start; as a series, the reading at each sample. In no unit, from 0 to 100000.
    pub const CUMULATIVE_FLOORS: &str = "cumulative-floors";
    /// Steps since the record's start; as a series, the reading at each sample. In no unit, from 0 to 10000000.
    pub const CUMULATIVE_STEPS: &str = "cumulative-steps";
    /// Time in deep sleep. In `s`, from 0 to 172800.
    pub const DEEP_SLEEP_DURATION: &str = "deep-sleep-duration";
    /// Distance covered; as a series, what each span added. In `m`, from 0 to 100000000.
    pub const DISTANCE: &str = "distance";
    /// From start to end by the wall clock, pauses included; of a planned thing, how long it is meant to last. In `s`, from 0 to 31622400.
    pub const DURATION: &str = "duration";
    /// Potential of an electrocardiogram. In `uV`, from -1000000 to 1000000.
    pub const ECG_POTENTIAL: &str = "ecg-potential";
    /// Altitude at the end less that at the start; negative where it ended lower. In `m`, from -100000 to 100000.
    pub const ELEVATION_CHANGE: &str = "elevation-change";
    /// Metres climbed, descents not subtracted. In `m`, from 0 to 100000.
    pub const ELEVATION_GAIN: &str = "elevation-gain";
    /// Metres that were meant to be climbed. In `m`, from 0 to 100000.
    pub const ELEVATION_GAIN_PLANNED: &str = "elevation-gain-planned";
    /// Highest altitude. In `m`, from -12000 to 100000.
    pub const ELEVATION_HIGH: &str = "elevation-high";
    /// Metres descended, as a positive number. In `m`, from 0 to 100000.
    pub const ELEVATION_LOSS: &str = "elevation-loss";
    /// Lowest altitude. In `m`, from -12000 to 100000.
    pub const ELEVATION_LOW: &str = "elevation-low";
    /// Latitude at the end, WGS 84. In `deg`, from -90 to 90.
    pub const END_LATITUDE: &str = "end-latitude";
    /// Longitude at the end, WGS 84. In `deg`, from -180 to 180.
    pub const END_LONGITUDE: &str = "end-longitude";
    /// Energy burned in all, what the body burns at rest included; as a series, what each span added. In `kcal`, from 0 to 1000000.
    pub const ENERGY: &str = "energy";
    /// Energy burned by activity, without what the body burns at rest. In `kcal`, from 0 to 1000000.
    pub const ENERGY_ACTIVE: &str = "energy-active";
    /// Energy that the body burned at rest in this time. In `kcal`, from 0 to 1000000.
    pub const ENERGY_BASAL: &str = "energy-basal";
    /// Energy eaten and drunk. In `kcal`, from 0 to 1000000.
    pub const ENERGY_INTAKE: &str = "energy-intake";
    /// Energy that was meant to be burned. In `kcal`, from 0 to 1000000.
    pub const ENERGY_PLANNED: &str = "energy-planned";
    /// Mass of water outside the cells. In `kg`, from 0 to 1000.
    pub const EXTRACELLULAR_WATER_MASS: &str = "extracellular-water-mass";
    /// Fat of all kinds eaten and drunk. In `g`, from 0 to 100000.
    pub const FAT_INTAKE: &str = "fat-intake";
    /// Mass of fat in the body. In `kg`, from 0 to 1000.
    pub const FAT_MASS: &str = "fat-mass";
    /// Acute training load: training stress averaged over about a week. In no unit, from 0 to 10000.
    pub const FATIGUE: &str = "fatigue";
    /// Dietary fibre eaten. In `g`, from 0 to 100000.
    pub const FIBER_INTAKE: &str = "fiber-intake";
    /// Chronic training load: training stress averaged over about six weeks. In no unit, from 0 to 10000.
    pub const FITNESS: &str = "fitness";
    /// The age at which the person's fitness would be usual. In `a`, from 0 to 150.
    pub const FITNESS_AGE: &str = "fitness-age";
    /// Floors climbed; as a series, what each span added. In no unit, from 0 to 100000.
    pub const FLOORS: &str = "floors";
    /// Training stress balance: fitness less fatigue. In no unit, from -10000 to 10000.
    pub const FORM: &str = "form";
    /// Power that can be held for about an hour. In `W`, from 0 to 3000.
    pub const FUNCTIONAL_THRESHOLD_POWER: &str = "functional-threshold-power";
    /// Glucose in the blood, or as a sensor under the skin tells it. In `mg/dL`, from 0 to 2000.
    pub const GLUCOSE: &str = "glucose";
    /// Glucose in the sensor's finer trace, where a provider has two. In `mg/dL`, from 0 to 2000.
    pub const GLUCOSE_CONTINUOUS: &str = "glucose-continuous";
    /// Long-term glucose, reckoned from a sensor's mean. In `%`, from 0 to 30.
    pub const GLUCOSE_MANAGEMENT_INDICATOR: &str = "glucose-management-indicator";
    /// Glucose below which 25 percent of the readings at this hour lie. In `mg/dL`, from 0 to 2000.
    pub const GLUCOSE_PERCENTILE_25: &str = "glucose-percentile-25";
    /// Glucose below which 5 percent of the readings at this hour lie. In `mg/dL`, from 0 to 2000.
    pub const GLUCOSE_PERCENTILE_5: &str = "glucose-percentile-5";
    /// Glucose below which 50 percent of the readings at this hour lie. In `mg/dL`, from 0 to 2000.
    pub const GLUCOSE_PERCENTILE_50: &str = "glucose-percentile-50";
    /// Glucose below which 75 percent of the readings at this hour lie. In `mg/dL`, from 0 to 2000.
    pub const GLUCOSE_PERCENTILE_75: &str = "glucose-percentile-75";
    /// Glucose below which 95 percent of the readings at this hour lie. In `mg/dL`, from 0 to 2000.
    pub const GLUCOSE_PERCENTILE_95: &str = "glucose-percentile-95";
    /// How fast glucose changes; negative where it falls. In `mg/dL/min`, from -1000 to 1000.
    pub const GLUCOSE_RATE: &str = "glucose-rate";
    /// Share of the time in which glucose stood within the target range. In `%`, from 0 to 100.
    pub const GLUCOSE_TIME_IN_RANGE: &str = "glucose-time-in-range";
    /// Slope of the ground: rise over run. In `%`, from -1000 to 1000.
    pub const GRADE: &str = "grade";
    /// How long a foot stays on the ground at each step. In `ms`, from 0 to 5000.
    pub const GROUND_CONTACT_TIME: &str = "ground-contact-time";
    /// Heart beats a minute. In `/min`, from 0 to 300.
    pub const HEART_RATE: &str = "heart-rate";
    /// The highest heart rate that the person can reach, measured or by age. In `/min`, from 0 to 300.
    pub const HEART_RATE_LIMIT: &str = "heart-rate-limit";
    /// Highest heart rate in this time. In `/min`, from 0 to 300.
    pub const HEART_RATE_MAX: &str = "heart-rate-max";
    /// Lowest heart rate in this time. In `/min`, from 0 to 300.
    pub const HEART_RATE_MIN: &str = "heart-rate-min";
    /// Heart rate variability: root mean square of successive differences. In `ms`, from 0 to 2000.
    pub const HEART_RATE_VARIABILITY_RMSSD: &str = "heart-rate-variability-rmssd";
    /// Heart rate variability: standard deviation of normal beat intervals. In `ms`, from 0 to 2000.
    pub const HEART_RATE_VARIABILITY_SDNN: &str = "heart-rate-variability-sdnn";
    /// Body height. In `m`, from 0 to 3.
    pub const HEIGHT: &str = "height";
    /// Hours since midnight, local time. In `h`, from 0 to 24.
    pub const HOUR_OF_DAY: &str = "hour-of-day";
    /// Time in bed. In `s`, from 0 to 172800.
    pub const IN_BED_DURATION: &str = "in-bed-duration";
    /// Time spent awake and inactive. In `s`, from 0 to 31622400.
    pub const INACTIVE_DURATION: &str = "inactive-duration";
    /// Unbroken periods of inactivity. In no unit, from 0 to 100000.
    pub const INACTIVE_PERIODS: &str = "inactive-periods";
    /// Insulin given. In `[IU]`, from 0 to 1000.
    pub const INSULIN_DOSE: &str = "insulin-dose";
    /// Intensity as a fraction of threshold: 0.75 is three quarters. In no unit, from 0 to 10.
    pub const INTENSITY_FACTOR: &str = "intensity-factor";
    /// Intensity factor that was meant to be reached. In no unit, from 0 to 10.
    pub const INTENSITY_FACTOR_PLANNED: &str = "intensity-factor-planned";
    /// Mass of water within the cells. In `kg`, from 0 to 1000.
    pub const INTRACELLULAR_WATER_MASS: &str = "intracellular-water-mass";
    /// Ketone bodies. In `mg/dL`, from 0 to 1000.
    pub const KETONES: &str = "ketones";
    /// WGS 84, north is positive. In `deg`, from -90 to 90.
    pub const LATITUDE: &str = "latitude";
    /// Mass of the body without its fat. In `kg`, from 0 to 1000.
    pub const LEAN_MASS: &str = "lean-mass";
    /// Time in light sleep. In `s`, from 0 to 172800.
    pub const LIGHT_SLEEP_DURATION: &str = "light-sleep-duration";
    /// Weight lifted or carried. In `kg`, from 0 to 2000.
    pub const LOAD: &str = "load";
    /// Time awake in long interruptions. In `s`, from 0 to 172800.
    pub const LONG_INTERRUPTION_DURATION: &str = "long-interruption-duration";
    /// WGS 84, east is positive. In `deg`, from -180 to 180.
    pub const LONGITUDE: &str = "longitude";
    /// Time spent at low intensity. In `s`, from 0 to 31622400.
    pub const LOW_INTENSITY_DURATION: &str = "low-intensity-duration";
    /// Time at high intensity, judged by metabolic equivalent. In `s`, from 0 to 31622400.
    pub const MET_HIGH_DURATION: &str = "met-high-duration";
    /// Time inactive, judged by metabolic equivalent. In `s`, from 0 to 31622400.
    pub const MET_INACTIVE_DURATION: &str = "met-inactive-duration";
    /// Time at low intensity, judged by metabolic equivalent. In `s`, from 0 to 31622400.
    pub const MET_LOW_DURATION: &str = "met-low-duration";
    /// Time at moderate intensity, judged by metabolic equivalent. In `s`, from 0 to 31622400.
    pub const MET_MODERATE_DURATION: &str = "met-moderate-duration";
    /// Metabolic rate as a multiple of that at rest. In `[MET]`, from 0 to 100.
    pub const METABOLIC_EQUIVALENT: &str = "metabolic-equivalent";
    /// Time spent at moderate intensity. In `s`, from 0 to 31622400.
    pub const MODERATE_INTENSITY_DURATION: &str = "moderate-intensity-duration";
    /// Monounsaturated fat eaten and drunk. In `g`, from 0 to 100000.
    pub const MONOUNSATURATED_FAT_INTAKE: &str = "monounsaturated-fat-intake";
    /// Time in which the person moved, or the recording did not pause. In `s`, from 0 to 31622400.
    pub const MOVING_DURATION: &str = "moving-duration";
    /// Mass of skeletal muscle. In `kg`, from 0 to 500.
    pub const MUSCLE_MASS: &str = "muscle-mass";
    /// Oxygen saturation of muscle. In `%`, from 0 to 100.
    pub const MUSCLE_OXYGEN_SATURATION: &str = "muscle-oxygen-saturation";
    /// How often the person left the bed. In no unit, from 0 to 10000.
    pub const OUT_OF_BED_EPISODES: &str = "out-of-bed-episodes";
    /// Oxygen saturation of the blood, by pulse oximetry. In `%`, from 0 to 100.
    pub const OXYGEN_SATURATION: &str = "oxygen-saturation";
    /// Time in which the recording was paused. In `s`, from 0 to 31622400.
    pub const PAUSED_DURATION: &str = "paused-duration";
    /// Effort as the person felt it, 0 to 10. In no unit, from 0 to 10.
    pub const PERCEIVED_EXERTION: &str = "perceived-exertion";
    /// Polyunsaturated fat eaten and drunk. In `g`, from 0 to 100000.
    pub const POLYUNSATURATED_FAT_INTAKE: &str = "polyunsaturated-fat-intake";
    /// Length of the pool. In `m`, from 0 to 200.
    pub const POOL_LENGTH: &str = "pool-length";
    /// Potassium eaten and drunk. In `mg`, from 0 to 1000000.
    pub const POTASSIUM_INTAKE: &str = "potassium-intake";
    /// Mechanical power, pauses in pedalling counted as zero. In `W`, from 0 to 10000.
    pub const POWER: &str = "power";
    /// Share of the left leg in the power. In `%`, from 0 to 100.
    pub const POWER_BALANCE_LEFT: &str = "power-balance-left";
    /// Highest power. In `W`, from 0 to 10000.
    pub const POWER_MAX: &str = "power-max";
    /// Power weighted for how hard changes are: Normalized Power, weighted average power and their like. In `W`, from 0 to 10000.
    pub const POWER_NORMALIZED: &str = "power-normalized";
    /// Protein eaten and drunk. In `g`, from 0 to 100000.
    pub const PROTEIN_INTAKE: &str = "protein-intake";
    /// Speed of the pulse along the arteries. In `m/s`, from 0 to 100.
    pub const PULSE_WAVE_VELOCITY: &str = "pulse-wave-velocity";
    /// How ready the person is for effort. In no unit, from 0 to 1000.
    pub const READINESS_SCORE: &str = "readiness-score";
    /// How well the person has recovered. In no unit, from 0 to 1000.
    pub const RECOVERY_SCORE: &str = "recovery-score";
    /// Effort by time in heart rate zones: Strava's relative effort, called suffer score before, and its like. In no unit, from 0 to 10000.
    pub const RELATIVE_EFFORT: &str = "relative-effort";
    /// Periods of REM sleep. In no unit, from 0 to 1000.
    pub const REM_EPISODES: &str = "rem-episodes";
    /// Time in REM sleep. In `s`, from 0 to 172800.
    pub const REM_SLEEP_DURATION: &str = "rem-sleep-duration";
    /// How often it is done: repetitions of a set, or rounds of a repeated block. In no unit, from 0 to 100000.
    pub const REPETITIONS: &str = "repetitions";
    /// Breaths a minute. In `/min`, from 0 to 200.
    pub const RESPIRATION_RATE: &str = "respiration-rate";
    /// Highest respiration rate in this time. In `/min`, from 0 to 200.
    pub const RESPIRATION_RATE_MAX: &str = "respiration-rate-max";
    /// Lowest respiration rate in this time. In `/min`, from 0 to 200.
    pub const RESPIRATION_RATE_MIN: &str = "respiration-rate-min";
    /// Time spent at rest; of a planned step, the rest that follows each repetition. In `s`, from 0 to 31622400.
    pub const REST_DURATION: &str = "rest-duration";
    /// Heart rate at rest, as the provider works it out. In `/min`, from 0 to 200.
    pub const RESTING_HEART_RATE: &str = "resting-heart-rate";
    /// Energy that the body burns in a day at rest. In `kcal/d`, from 0 to 20000.
    pub const RESTING_METABOLIC_RATE: &str = "resting-metabolic-rate";
    /// Saturated fat eaten and drunk. In `g`, from 0 to 100000.
    pub const SATURATED_FAT_INTAKE: &str = "saturated-fat-intake";
    /// Readings that a glucose sensor took. In no unit, from 0 to 1000000.
    pub const SENSOR_READINGS: &str = "sensor-readings";
    /// Time awake in short interruptions. In `s`, from 0 to 172800.
    pub const SHORT_INTERRUPTION_DURATION: &str = "short-interruption-duration";
    /// Thickness of a fold of skin. In `mm`, from 0 to 500.
    pub const SKIN_FOLD_THICKNESS: &str = "skin-fold-thickness";
    /// Temperature of the skin. In `Cel`, from 0 to 60.
    pub const SKIN_TEMPERATURE: &str = "skin-temperature";
    /// Skin temperature less the person's usual one. In `Cel`, from -20 to 20.
    pub const SKIN_TEMPERATURE_DEVIATION: &str = "skin-temperature-deviation";
    /// How alike the times of falling asleep and rising were over the last days, as the provider works it out. In `%`, from 0 to 100.
    pub const SLEEP_CONSISTENCY: &str = "sleep-consistency";
    /// Sleep cycles, from light over deep to REM sleep, as the provider counts them. In no unit, from 0 to 1000.
    pub const SLEEP_CYCLES: &str = "sleep-cycles";
    /// How often the sleep was disturbed, as the provider counts it, whether the person woke up or not. In no unit, from 0 to 10000.
    pub const SLEEP_DISTURBANCES: &str = "sleep-disturbances";
    /// Time asleep, in any stage. In `s`, from 0 to 172800.
    pub const SLEEP_DURATION: &str = "sleep-duration";
    /// Share of the time in bed spent asleep. In `%`, from 0 to 100.
    pub const SLEEP_EFFICIENCY: &str = "sleep-efficiency";
    /// From lying down to falling asleep. In `s`, from 0 to 172800.
    pub const SLEEP_LATENCY: &str = "sleep-latency";
    /// How long the person should have slept. In `s`, from 0 to 172800.
    pub const SLEEP_NEED: &str = "sleep-need";
    /// How good the sleep was. In no unit, from 0 to 1000.
    pub const SLEEP_SCORE: &str = "sleep-score";
    /// Time spent snoring; as a series, the length of each episode. In `s`, from 0 to 172800.
    pub const SNORING_DURATION: &str = "snoring-duration";
    /// How often snoring began. In no unit, from 0 to 100000.
    pub const SNORING_EPISODES: &str = "snoring-episodes";
    /// Sodium eaten and drunk. In `mg`, from 0 to 1000000.
    pub const SODIUM_INTAKE: &str = "sodium-intake";
    /// Speed over ground. Pace is its inverse and is not stored. In `m/s`, from 0 to 12000.
    pub const SPEED: &str = "speed";
    /// Highest speed. The fastest pace is its inverse. In `m/s`, from 0 to 12000.
    pub const SPEED_MAX: &str = "speed-max";
    /// Highest speed with outliers removed, as the provider does it. In `m/s`, from 0 to 12000.
    pub const SPEED_MAX_ADJUSTED: &str = "speed-max-adjusted";
    /// Speed on the flat of the same effort. In `m/s`, from 0 to 12000.
    pub const SPEED_NORMALIZED: &str = "speed-normalized";
    /// Time spent standing. In `s`, from 0 to 31622400.
    pub const STANDING_DURATION: &str = "standing-duration";
    /// Hours of the day in which the person stood for a while. In no unit, from 0 to 8784.
    pub const STANDING_HOURS: &str = "standing-hours";
    /// Latitude at the start, WGS 84. In `deg`, from -90 to 90.
    pub const START_LATITUDE: &str = "start-latitude";
    /// Longitude at the start, WGS 84. In `deg`, from -180 to 180.
    pub const START_LONGITUDE: &str = "start-longitude";
    /// Steps, both feet; as a series, what each span added. In no unit, from 0 to 10000000.
    pub const STEPS: &str = "steps";
    /// Strain on heart and vessels, on the provider's own scale. In no unit, from 0 to 100.
    pub const STRAIN: &str = "strain";
    /// Stress level. In no unit, from 0 to 1000.
    pub const STRESS: &str = "stress";
    /// Time in which activity hid the stress level. In `s`, from 0 to 172800.
    pub const STRESS_ACTIVITY_DURATION: &str = "stress-activity-duration";
    /// Time in stress of any degree. In `s`, from 0 to 172800.
    pub const STRESS_DURATION: &str = "stress-duration";
    /// Time in high stress. In `s`, from 0 to 172800.
    pub const STRESS_HIGH_DURATION: &str = "stress-high-duration";
    /// Time in low stress. In `s`, from 0 to 172800.
    pub const STRESS_LOW_DURATION: &str = "stress-low-duration";
    /// Highest stress level. In no unit, from 0 to 1000.
    pub const STRESS_MAX: &str = "stress-max";
    /// Time in medium stress. In `s`, from 0 to 172800.
    pub const STRESS_MEDIUM_DURATION: &str = "stress-medium-duration";
    /// Time at rest, by the stress level. In `s`, from 0 to 172800.
    pub const STRESS_REST_DURATION: &str = "stress-rest-duration";
    /// Length of one step. In `m`, from 0 to 10.
    pub const STRIDE_LENGTH: &str = "stride-length";
    /// Strokes swum, rowed or paddled. In no unit, from 0 to 1000000.
    pub const STROKES: &str = "strokes";
    /// Sugars eaten and drunk; carbohydrates have them too. In `g`, from 0 to 100000.
    pub const SUGAR_INTAKE: &str = "sugar-intake";
    /// Lengths swum in a pool. In no unit, from 0 to 100000.
    pub const SWIM_LENGTHS: &str = "swim-lengths";
    /// Cadence to hold. In `/min`, from 0 to 500.
    pub const TARGET_CADENCE: &str = "target-cadence";
    /// High end of the range for `target-cadence`. In `/min`, from 0 to 500.
    pub const TARGET_CADENCE_HIGH: &str = "target-cadence-high";
    /// Low end of the range for `target-cadence`. In `/min`, from 0 to 500.
    pub const TARGET_CADENCE_LOW: &str = "target-cadence-low";
    /// Heart rate to hold. In `/min`, from 0 to 300.
    pub const TARGET_HEART_RATE: &str = "target-heart-rate";
    /// Heart rate to hold, as a fraction of the highest that the person can reach. In no unit, from 0 to 3.
    pub const TARGET_HEART_RATE_FRACTION: &str = "target-heart-rate-fraction";
    /// High end of the range for `target-heart-rate-fraction`. In no unit, from 0 to 3.
    pub const TARGET_HEART_RATE_FRACTION_HIGH: &str = "target-heart-rate-fraction-high";
    /// Low end of the range for `target-heart-rate-fraction`. In no unit, from 0 to 3.
    pub const TARGET_HEART_RATE_FRACTION_LOW: &str = "target-heart-rate-fraction-low";
    /// High end of the range for `target-heart-rate`. In `/min`, from 0 to 300.
    pub const TARGET_HEART_RATE_HIGH: &str = "target-heart-rate-high";
    /// Low end of the range for `target-heart-rate`. In `/min`, from 0 to 300.
    pub const TARGET_HEART_RATE_LOW: &str = "target-heart-rate-low";
    /// Effort to feel, 0 to 10. In no unit, from 0 to 10.
    pub const TARGET_PERCEIVED_EXERTION: &str = "target-perceived-exertion";
    /// High end of the range for `target-perceived-exertion`. In no unit, from 0 to 10.
    pub const TARGET_PERCEIVED_EXERTION_HIGH: &str = "target-perceived-exertion-high";
    /// Low end of the range for `target-perceived-exertion`. In no unit, from 0 to 10.
    pub const TARGET_PERCEIVED_EXERTION_LOW: &str = "target-perceived-exertion-low";
    /// Power to hold. In `W`, from 0 to 10000.
    pub const TARGET_POWER: &str = "target-power";
    /// Where a ramp of `target-power` ends. In `W`, from 0 to 10000.
    pub const TARGET_POWER_END: &str = "target-power-end";
    /// Power to hold, as a fraction of functional threshold power: 0.75 is 75 percent. In no unit, from 0 to 10.
    pub const TARGET_POWER_FRACTION: &str = "target-power-fraction";
    /// Where a ramp of `target-power-fraction` ends. In no unit, from 0 to 10.
    pub const TARGET_POWER_FRACTION_END: &str = "target-power-fraction-end";
    /// High end of the range for `target-power-fraction`. In no unit, from 0 to 10.
    pub const TARGET_POWER_FRACTION_HIGH: &str = "target-power-fraction-high";
    /// Low end of the range for `target-power-fraction`. In no unit, from 0 to 10.
    pub const TARGET_POWER_FRACTION_LOW: &str = "target-power-fraction-low";
    /// Where a ramp of `target-power-fraction` begins. In no unit, from 0 to 10.
    pub const TARGET_POWER_FRACTION_START: &str = "target-power-fraction-start";
    /// High end of the range for `target-power`. In `W`, from 0 to 10000.
    pub const TARGET_POWER_HIGH: &str = "target-power-high";
    /// Low end of the range for `target-power`. In `W`, from 0 to 10000.
    pub const TARGET_POWER_LOW: &str = "target-power-low";
    /// Where a ramp of `target-power` begins. In `W`, from 0 to 10000.
    pub const TARGET_POWER_START: &str = "target-power-start";
    /// Repetitions to do. In no unit, from 0 to 100000.
    pub const TARGET_REPETITIONS: &str = "target-repetitions";
    /// Speed to hold. In `m/s`, from 0 to 50.
    pub const TARGET_SPEED: &str = "target-speed";
    /// Where a ramp of `target-speed` ends. In `m/s`, from 0 to 50.
    pub const TARGET_SPEED_END: &str = "target-speed-end";
    /// Speed to hold, as a fraction of threshold speed. In no unit, from 0 to 10.
    pub const TARGET_SPEED_FRACTION: &str = "target-speed-fraction";
    /// Where a ramp of `target-speed-fraction` ends. In no unit, from 0 to 10.
    pub const TARGET_SPEED_FRACTION_END: &str = "target-speed-fraction-end";
    /// High end of the range for `target-speed-fraction`. In no unit, from 0 to 10.
    pub const TARGET_SPEED_FRACTION_HIGH: &str = "target-speed-fraction-high";
    /// Low end of the range for `target-speed-fraction`. In no unit, from 0 to 10.
    pub const TARGET_SPEED_FRACTION_LOW: &str = "target-speed-fraction-low";
    /// Where a ramp of `target-speed-fraction` begins. In no unit, from 0 to 10.
    pub const TARGET_SPEED_FRACTION_START: &str = "target-speed-fraction-start";
    /// High end of the range for `target-speed`. In `m/s`, from 0 to 50.
    pub const TARGET_SPEED_HIGH: &str = "target-speed-high";
    /// Low end of the range for `target-speed`. In `m/s`, from 0 to 50.
    pub const TARGET_SPEED_LOW: &str = "target-speed-low";
    /// Where a ramp of `target-speed` begins. In `m/s`, from 0 to 50.
    pub const TARGET_SPEED_START: &str = "target-speed-start";
    /// Strokes to swim. In no unit, from 0 to 100000.
    pub const TARGET_STROKES: &str = "target-strokes";
    /// Heart rate to hold, as a fraction of threshold heart rate. In no unit, from 0 to 3.
    pub const TARGET_THRESHOLD_HEART_RATE_FRACTION: &str = "target-threshold-heart-rate-fraction";
    /// High end of the range for `target-threshold-heart-rate-fraction`. In no unit, from 0 to 3.
    pub const TARGET_THRESHOLD_HEART_RATE_FRACTION_HIGH: &str = "target-threshold-heart-rate-fraction-high";
    /// Low end of the range for `target-threshold-heart-rate-fraction`. In no unit, from 0 to 3.
    pub const TARGET_THRESHOLD_HEART_RATE_FRACTION_LOW: &str = "target-threshold-heart-rate-fraction-low";
    /// Temperature of the surroundings, as the device felt it. In `Cel`, from -100 to 100.
    pub const TEMPERATURE: &str = "temperature";
    /// Highest temperature of the surroundings. In `Cel`, from -100 to 100.
    pub const TEMPERATURE_MAX: &str = "temperature-max";
    /// Lowest temperature of the surroundings. In `Cel`, from -100 to 100.
    pub const TEMPERATURE_MIN: &str = "temperature-min";
    /// Heart rate at lactate threshold. In `/min`, from 0 to 300.
    pub const THRESHOLD_HEART_RATE: &str = "threshold-heart-rate";
    /// Speed that can be held for about an hour. In `m/s`, from 0 to 50.
    pub const THRESHOLD_SPEED: &str = "threshold-speed";
    /// The recording's own clock since the start, which stands still in a pause; as a series, its reading at each sample. In `s`, from 0 to 31622400.
    pub const TIMER: &str = "timer";
    /// Torque at the crank or hub. In `N.m`, from 0 to 5000.
    pub const TORQUE: &str = "torque";
    /// Highest torque. In `N.m`, from 0 to 10000.
    pub const TORQUE_MAX: &str = "torque-max";
    /// Aerobic training effect, 0 to 5. In no unit, from 0 to 5.
    pub const TRAINING_EFFECT_AEROBIC: &str = "training-effect-aerobic";
    /// Anaerobic training effect, 0 to 5. In no unit, from 0 to 5.
    pub const TRAINING_EFFECT_ANAEROBIC: &str = "training-effect-anaerobic";
    /// Training impulse (TRIMP). In no unit, from 0 to 10000.
    pub const TRAINING_IMPULSE: &str = "training-impulse";
    /// Training Stress Score: 100 is an hour at threshold. In no unit, from 0 to 10000.
    pub const TRAINING_STRESS_SCORE: &str = "training-stress-score";
    /// Training Stress Score that was meant to be reached. In no unit, from 0 to 10000.
    pub const TRAINING_STRESS_SCORE_PLANNED: &str = "training-stress-score-planned";
    /// Trans fat eaten and drunk. In `g`, from 0 to 100000.
    pub const TRANS_FAT_INTAKE: &str = "trans-fat-intake";
    /// Time in which the stage could not be told. In `s`, from 0 to 172800.
    pub const UNMEASURED_SLEEP_DURATION: &str = "unmeasured-sleep-duration";
    /// The step ends when heart rate rises above this. In `/min`, from 0 to 300.
    pub const UNTIL_HEART_RATE_ABOVE: &str = "until-heart-rate-above";
    /// The step ends when heart rate falls below this. In `/min`, from 0 to 300.
    pub const UNTIL_HEART_RATE_BELOW: &str = "until-heart-rate-below";
    /// The step ends when power rises above this. In `W`, from 0 to 10000.
    pub const UNTIL_POWER_ABOVE: &str = "until-power-above";
    /// The step ends when power falls below this. In `W`, from 0 to 10000.
    pub const UNTIL_POWER_BELOW: &str = "until-power-below";
    /// The age at which the stiffness of the person's arteries would be usual. In `a`, from 0 to 150.
    pub const VASCULAR_AGE: &str = "vascular-age";
    /// How far the trunk rises and falls at each step. In `mm`, from 0 to 1000.
    pub const VERTICAL_OSCILLATION: &str = "vertical-oscillation";
    /// Time spent at vigorous intensity. In `s`, from 0 to 31622400.
    pub const VIGOROUS_INTENSITY_DURATION: &str = "vigorous-intensity-duration";
    /// Visceral fat, on the device's own scale. In no unit, from 0 to 200.
    pub const VISCERAL_FAT: &str = "visceral-fat";
    /// Most oxygen that the body can use, by minute and kilogram. In `mL/min/kg`, from 0 to 150.
    pub const VO2_MAX: &str = "vo2-max";
    /// Girth of the waist. In `m`, from 0 to 5.
    pub const WAIST_CIRCUMFERENCE: &str = "waist-circumference";
    /// From waking up to rising. In `s`, from 0 to 172800.
    pub const WAKE_UP_LATENCY: &str = "wake-up-latency";
    /// How often the person woke up. In no unit, from 0 to 10000.
    pub const WAKE_UPS: &str = "wake-ups";
    /// Water drunk. In `mL`, from 0 to 50000.
    pub const WATER_INTAKE: &str = "water-intake";
    /// Body weight. In `kg`, from 0 to 1000.
    pub const WEIGHT: &str = "weight";
    /// Pushes of a wheelchair. In no unit, from 0 to 10000000.
    pub const WHEELCHAIR_PUSHES: &str = "wheelchair-pushes";
    /// Mechanical work done. In `kJ`, from 0 to 1000000.
    pub const WORK: &str = "work";
    /// Where a heart rate zone ends. In `/min`, from 0 to 300.
    pub const ZONE_END_HEART_RATE: &str = "zone-end-heart-rate";
    /// Where a zone ends, in percent of what it is measured by. In `%`, from 0 to 1000.
    pub const ZONE_END_PERCENTAGE: &str = "zone-end-percentage";
    /// Where a power zone ends. In `W`, from 0 to 10000.
    pub const ZONE_END_POWER: &str = "zone-end-power";
    /// Number of a zone, the lowest is 0. In no unit, from 0 to 100.
    pub const ZONE_INDEX: &str = "zone-index";
    /// Where a heart rate zone begins. In `/min`, from 0 to 300.
    pub const ZONE_START_HEART_RATE: &str = "zone-start-heart-rate";
    /// Where a zone begins, in percent of what it is measured by. In `%`, from 0 to 1000.
    pub const ZONE_START_PERCENTAGE: &str = "zone-start-percentage";
    /// Where a power zone begins. In `W`, from 0 to 10000.
    pub const ZONE_START_POWER: &str = "zone-start-power";
}

/// Attributes, each with its text form.
pub mod attribute {
    /// When the person joined the provider. An instant, `2026-03-01T07:30:00Z`.
    pub const ACCOUNT_CREATED: &str = "account-created";
    /// Over time: how active. One of [`word::activity_level`](super::word::activity_level).
    pub const ACTIVITY_LEVEL: &str = "activity-level";
    /// What the person writes about themselves. Text of at most 20000 characters.
    pub const BIO: &str = "bio";
    /// Date of birth. A date, `2026-03-01`.
    pub const BIRTH_DATE: &str = "birth-date";
    /// Town or city. Text of at most 300 characters.
    pub const CITY: &str = "city";
    /// On the way to somewhere. `true` or `false`.
    pub const COMMUTE: &str = "commute";
    /// Country, as the provider writes it. Text of at most 300 characters.
    pub const COUNTRY: &str = "country";
    /// When the provider made it. An instant, `2026-03-01T07:30:00Z`.
    pub const CREATED: &str = "created";
    /// What the person or the provider wrote about it, without markup. Text of at most 20000 characters.
    pub const DESCRIPTION: &str = "description";
    /// When the device was put to use. An instant, `2026-03-01T07:30:00Z`.
    pub const DEVICE_ACTIVATED: &str = "device-activated";
    /// Version of the hardware. Text of at most 200 characters.
    pub const DEVICE_HARDWARE: &str = "device-hardware";
    /// Who made the device. Text of at most 500 characters.
    pub const DEVICE_MANUFACTURER: &str = "device-manufacturer";
    /// What the device contributed. One of [`word::device_measures`](super::word::device_measures); may stand more than once.
    pub const DEVICE_MEASURES: &str = "device-measures";
    /// Model of the device. Text of at most 500 characters.
    pub const DEVICE_MODEL: &str = "device-model";
    /// Name of the device or application that recorded it. Text of at most 500 characters.
    pub const DEVICE_NAME: &str = "device-name";
    /// Serial number. Text of at most 200 characters.
    pub const DEVICE_SERIAL: &str = "device-serial";
    /// Version of the firmware or application. Text of at most 200 characters.
    pub const DEVICE_SOFTWARE: &str = "device-software";
    /// When the device last handed over what it had. An instant, `2026-03-01T07:30:00Z`.
    pub const DEVICE_UPLOADED: &str = "device-uploaded";
    /// E-mail address. Text of at most 320 characters.
    pub const EMAIL: &str = "email";
    /// What ends a step: one of its measures, the lap button, or the person. One of [`word::ends_on`](super::word::ends_on).
    pub const ENDS_ON: &str = "ends-on";
    /// What is needed for it. Text of at most 200 characters; may stand more than once.
    pub const EQUIPMENT: &str = "equipment";
    /// The exercise, by name. Text of at most 300 characters.
    pub const EXERCISE: &str = "exercise";
    /// The group that the exercise belongs to. Text of at most 200 characters.
    pub const EXERCISE_CATEGORY: &str = "exercise-category";
    /// The id that it had where the provider got it from. Text of at most 500 characters.
    pub const EXTERNAL_ID: &str = "external-id";
    /// Given name. Text of at most 500 characters.
    pub const FIRST_NAME: &str = "first-name";
    /// The provider doubts that it is true, or others do. `true` or `false`.
    pub const FLAGGED: &str = "flagged";
    /// The bicycle, shoes or boat: the provider's id of it. Text of at most 200 characters.
    pub const GEAR: &str = "gear";
    /// The bicycle, shoes or boat, by name. Text of at most 500 characters.
    pub const GEAR_NAME: &str = "gear-name";
    /// Gender, as the person names it. Text of at most 100 characters.
    pub const GENDER: &str = "gender";
    /// Over time: where glucose stands against the target range. One of [`word::glucose_level`](super::word::glucose_level).
    pub const GLUCOSE_LEVEL: &str = "glucose-level";
    /// Over time: where glucose is heading. One of [`word::glucose_trend`](super::word::glucose_trend).
    pub const GLUCOSE_TREND: &str = "glucose-trend";
    /// Over time: whether heart rate was taken in activity or not. One of [`word::heart_rate_context`](super::word::heart_rate_context).
    pub const HEART_RATE_CONTEXT: &str = "heart-rate-context";
    /// Indoors, on a trainer or a treadmill. `true` or `false`.
    pub const INDOOR: &str = "indoor";
    /// Kind of insulin. Text of at most 200 characters.
    pub const INSULIN_TYPE: &str = "insulin-type";
    /// What a step is for. One of [`word::intensity`](super::word::intensity).
    pub const INTENSITY: &str = "intensity";
    /// What ketones were measured in. One of [`word::ketone_source`](super::word::ketone_source).
    pub const KETONE_SOURCE: &str = "ketone-source";
    /// What began or ended a lap. One of [`word::lap_trigger`](super::word::lap_trigger).
    pub const LAP_TRIGGER: &str = "lap-trigger";
    /// Family name. Text of at most 500 characters.
    pub const LAST_NAME: &str = "last-name";
    /// Language and region, BCP 47. Text of at most 100 characters.
    pub const LOCALE: &str = "locale";
    /// Which meal of the day it was. One of [`word::meal`](super::word::meal).
    pub const MEAL: &str = "meal";
    /// Over time: moving or stopped. One of [`word::motion`](super::word::motion).
    pub const MOTION: &str = "motion";
    /// What it is called, as the person or the provider named it. Text of at most 500 characters.
    pub const NAME: &str = "name";
    /// A nap, not the main sleep. `true` or `false`.
    pub const NAP: &str = "nap";
    /// A remark of the person. Text of at most 20000 characters.
    pub const NOTE: &str = "note";
    /// The reading was asked for, not taken by itself. `true` or `false`.
    pub const ON_DEMAND: &str = "on-demand";
    /// Address of the person's picture. Text of at most 2000 characters.
    pub const PICTURE: &str = "picture";
    /// Key of the planned workout that it carries out, of the same connection. Text of at most 500 characters.
    pub const PLANNED_WORKOUT: &str = "planned-workout";
    /// The way, as an encoded polyline with five decimals. Text of at most 1000000 characters.
    pub const POLYLINE: &str = "polyline";
    /// Whether power was measured or reckoned from speed and slope. One of [`word::power_source`](super::word::power_source).
    pub const POWER_SOURCE: &str = "power-source";
    /// The account is a paid one. `true` or `false`.
    pub const PREMIUM: &str = "premium";
    /// The provider's own id, where it is not the key or where there is another one. Text of at most 500 characters.
    pub const PROVIDER_ID: &str = "provider-id";
    /// Made at the provider, not sent there. `true` or `false`.
    pub const PROVIDER_MADE: &str = "provider-made";
    /// What it was for. One of [`word::purpose`](super::word::purpose).
    pub const PURPOSE: &str = "purpose";
    /// How it came to be: recorded by a device, typed in by hand, or taken over from elsewhere; tentative and pending where the provider is not done with it, indeterminate where it cannot tell. One of [`word::recording`](super::word::recording).
    pub const RECORDING: &str = "recording";
    /// What a device says of the heart's rhythm. One of [`word::rhythm`](super::word::rhythm).
    pub const RHYTHM: &str = "rhythm";
    /// Sex, as the provider has it. One of [`word::sex`](super::word::sex).
    pub const SEX: &str = "sex";
    /// Over time: the stage of sleep. One of [`word::sleep_level`](super::word::sleep_level).
    pub const SLEEP_LEVEL: &str = "sleep-level";
    /// The sport, in the registry's words. One of [`word::sport`](super::word::sport).
    pub const SPORT: &str = "sport";
    /// The sport in the provider's own word, kept where it says more than `sport` does. Text of at most 200 characters.
    pub const SPORT_NAME: &str = "sport-name";
    /// State or province. Text of at most 300 characters.
    pub const STATE: &str = "state";
    /// The day's stress. One of [`word::stress_rating`](super::word::stress_rating).
    pub const STRESS_RATING: &str = "stress-rating";
    /// Swimming stroke. One of [`word::stroke`](super::word::stroke).
    pub const STROKE: &str = "stroke";
    /// A label that the person gave it. Text of at most 200 characters; may stand more than once.
    pub const TAG: &str = "tag";
    /// What a target aims at; left out, the target's measures say it. `open` asks for nothing. One of [`word::target_of`](super::word::target_of).
    pub const TARGET_OF: &str = "target-of";
    /// What the training stress score was reckoned from. Text of at most 100 characters.
    pub const TRAINING_STRESS_METHOD: &str = "training-stress-method";
    /// Units that the person likes to see. One of [`word::unit_system`](super::word::unit_system).
    pub const UNIT_SYSTEM: &str = "unit-system";
    /// Colour of the urine. Text of at most 100 characters.
    pub const URINE_COLOR: &str = "urine-color";
    /// Where the provider shows it. Text of at most 2000 characters.
    pub const URL: &str = "url";
    /// Name of the account. Text of at most 500 characters.
    pub const USERNAME: &str = "username";
    /// Visceral fat as the device judges it. Text of at most 100 characters.
    pub const VISCERAL_FAT_CATEGORY: &str = "visceral-fat-category";
    /// Who may see it at the provider. One of [`word::visibility`](super::word::visibility).
    pub const VISIBILITY: &str = "visibility";
    /// The provider's id of the workout in its library. Text of at most 500 characters.
    pub const WORKOUT_ID: &str = "workout-id";
    /// What the zones of this segment are measured by. One of [`word::zone_of`](super::word::zone_of).
    pub const ZONE_OF: &str = "zone-of";
}

/// The words of each attribute that has a closed list of them.
pub mod word {
    /// Words of `activity-level`.
    pub mod activity_level {
        /// `unknown`
        pub const UNKNOWN: &str = "unknown";
        /// `rest`
        pub const REST: &str = "rest";
        /// `inactive`
        pub const INACTIVE: &str = "inactive";
        /// `low`
        pub const LOW: &str = "low";
        /// `moderate`
        pub const MODERATE: &str = "moderate";
        /// `high`
        pub const HIGH: &str = "high";
    }

    /// Words of `device-measures`.
    pub mod device_measures {
        /// `steps`
        pub const STEPS: &str = "steps";
        /// `active-time`
        pub const ACTIVE_TIME: &str = "active-time";
        /// `basal-metabolic-rate`
        pub const BASAL_METABOLIC_RATE: &str = "basal-metabolic-rate";
        /// `energy`
        pub const ENERGY: &str = "energy";
        /// `distance`
        pub const DISTANCE: &str = "distance";
        /// `heart-rate`
        pub const HEART_RATE: &str = "heart-rate";
        /// `oxygen-saturation`
        pub const OXYGEN_SATURATION: &str = "oxygen-saturation";
        /// `sleep-stages`
        pub const SLEEP_STAGES: &str = "sleep-stages";
        /// `speed`
        pub const SPEED: &str = "speed";
        /// `cadence`
        pub const CADENCE: &str = "cadence";
    }

    /// Words of `ends-on`.
    pub mod ends_on {
        /// `time`
        pub const TIME: &str = "time";
        /// `distance`
        pub const DISTANCE: &str = "distance";
        /// `energy`
        pub const ENERGY: &str = "energy";
        /// `heart-rate-below`
        pub const HEART_RATE_BELOW: &str = "heart-rate-below";
        /// `heart-rate-above`
        pub const HEART_RATE_ABOVE: &str = "heart-rate-above";
        /// `power-below`
        pub const POWER_BELOW: &str = "power-below";
        /// `power-above`
        pub const POWER_ABOVE: &str = "power-above";
        /// `repetitions`
        pub const REPETITIONS: &str = "repetitions";
        /// `steps`
        pub const STEPS: &str = "steps";
        /// `lap-button`
        pub const LAP_BUTTON: &str = "lap-button";
        /// `open`
        pub const OPEN: &str = "open";
    }

    /// Words of `glucose-level`.
    pub mod glucose_level {
        /// `normal`
        pub const NORMAL: &str = "normal";
        /// `high`
        pub const HIGH: &str = "high";
        /// `low`
        pub const LOW: &str = "low";
    }

    /// Words of `glucose-trend`.
    pub mod glucose_trend {
        /// `falling-quickly`
        pub const FALLING_QUICKLY: &str = "falling-quickly";
        /// `falling`
        pub const FALLING: &str = "falling";
        /// `flat`
        pub const FLAT: &str = "flat";
        /// `rising`
        pub const RISING: &str = "rising";
        /// `rising-quickly`
        pub const RISING_QUICKLY: &str = "rising-quickly";
        /// `unknown`
        pub const UNKNOWN: &str = "unknown";
    }

    /// Words of `heart-rate-context`.
    pub mod heart_rate_context {
        /// `active`
        pub const ACTIVE: &str = "active";
        /// `inactive`
        pub const INACTIVE: &str = "inactive";
        /// `unknown`
        pub const UNKNOWN: &str = "unknown";
    }

    /// Words of `intensity`.
    pub mod intensity {
        /// `active`
        pub const ACTIVE: &str = "active";
        /// `rest`
        pub const REST: &str = "rest";
        /// `warm-up`
        pub const WARM_UP: &str = "warm-up";
        /// `cool-down`
        pub const COOL_DOWN: &str = "cool-down";
        /// `recovery`
        pub const RECOVERY: &str = "recovery";
        /// `interval`
        pub const INTERVAL: &str = "interval";
        /// `other`
        pub const OTHER: &str = "other";
    }

    /// Words of `ketone-source`.
    pub mod ketone_source {
        /// `blood`
        pub const BLOOD: &str = "blood";
        /// `urine`
        pub const URINE: &str = "urine";
        /// `breath`
        pub const BREATH: &str = "breath";
        /// `unknown`
        pub const UNKNOWN: &str = "unknown";
    }

    /// Words of `lap-trigger`.
    pub mod lap_trigger {
        /// `manual`
        pub const MANUAL: &str = "manual";
        /// `time`
        pub const TIME: &str = "time";
        /// `distance`
        pub const DISTANCE: &str = "distance";
        /// `position-start`
        pub const POSITION_START: &str = "position-start";
        /// `position-lap`
        pub const POSITION_LAP: &str = "position-lap";
        /// `position-waypoint`
        pub const POSITION_WAYPOINT: &str = "position-waypoint";
        /// `position-marked`
        pub const POSITION_MARKED: &str = "position-marked";
        /// `session-end`
        pub const SESSION_END: &str = "session-end";
        /// `equipment`
        pub const EQUIPMENT: &str = "equipment";
        /// `unknown`
        pub const UNKNOWN: &str = "unknown";
    }

    /// Words of `meal`.
    pub mod meal {
        /// `breakfast`
        pub const BREAKFAST: &str = "breakfast";
        /// `lunch`
        pub const LUNCH: &str = "lunch";
        /// `dinner`
        pub const DINNER: &str = "dinner";
        /// `snack`
        pub const SNACK: &str = "snack";
        /// `other`
        pub const OTHER: &str = "other";
    }

    /// Words of `motion`.
    pub mod motion {
        /// `moving`
        pub const MOVING: &str = "moving";
        /// `stopped`
        pub const STOPPED: &str = "stopped";
    }

    /// Words of `power-source`.
    pub mod power_source {
        /// `measured`
        pub const MEASURED: &str = "measured";
        /// `estimated`
        pub const ESTIMATED: &str = "estimated";
    }

    /// Words of `purpose`.
    pub mod purpose {
        /// `race`
        pub const RACE: &str = "race";
        /// `long`
        pub const LONG: &str = "long";
        /// `workout`
        pub const WORKOUT: &str = "workout";
        /// `recovery`
        pub const RECOVERY: &str = "recovery";
        /// `commute`
        pub const COMMUTE: &str = "commute";
        /// `test`
        pub const TEST: &str = "test";
        /// `warm-up`
        pub const WARM_UP: &str = "warm-up";
        /// `cool-down`
        pub const COOL_DOWN: &str = "cool-down";
    }

    /// Words of `recording`.
    pub mod recording {
        /// `automatic`
        pub const AUTOMATIC: &str = "automatic";
        /// `manual`
        pub const MANUAL: &str = "manual";
        /// `imported`
        pub const IMPORTED: &str = "imported";
        /// `tentative`
        pub const TENTATIVE: &str = "tentative";
        /// `pending`
        pub const PENDING: &str = "pending";
        /// `indeterminate`
        pub const INDETERMINATE: &str = "indeterminate";
    }

    /// Words of `rhythm`.
    pub mod rhythm {
        /// `sinus-rhythm`
        pub const SINUS_RHYTHM: &str = "sinus-rhythm";
        /// `atrial-fibrillation`
        pub const ATRIAL_FIBRILLATION: &str = "atrial-fibrillation";
        /// `inconclusive`
        pub const INCONCLUSIVE: &str = "inconclusive";
    }

    /// Words of `sex`.
    pub mod sex {
        /// `female`
        pub const FEMALE: &str = "female";
        /// `male`
        pub const MALE: &str = "male";
        /// `intersex`
        pub const INTERSEX: &str = "intersex";
        /// `other`
        pub const OTHER: &str = "other";
        /// `unknown`
        pub const UNKNOWN: &str = "unknown";
    }

    /// Words of `sleep-level`.
    pub mod sleep_level {
        /// `unknown`
        pub const UNKNOWN: &str = "unknown";
        /// `awake`
        pub const AWAKE: &str = "awake";
        /// `asleep`
        pub const ASLEEP: &str = "asleep";
        /// `out-of-bed`
        pub const OUT_OF_BED: &str = "out-of-bed";
        /// `light`
        pub const LIGHT: &str = "light";
        /// `deep`
        pub const DEEP: &str = "deep";
        /// `rem`
        pub const REM: &str = "rem";
    }

    /// Words of `sport`.
    pub mod sport {
        /// `aerobics`
        pub const AEROBICS: &str = "aerobics";
        /// `alpine-skiing`
        pub const ALPINE_SKIING: &str = "alpine-skiing";
        /// `american-football`
        pub const AMERICAN_FOOTBALL: &str = "american-football";
        /// `archery`
        pub const ARCHERY: &str = "archery";
        /// `australian-football`
        pub const AUSTRALIAN_FOOTBALL: &str = "australian-football";
        /// `backcountry-skiing`
        pub const BACKCOUNTRY_SKIING: &str = "backcountry-skiing";
        /// `badminton`
        pub const BADMINTON: &str = "badminton";
        /// `barre`
        pub const BARRE: &str = "barre";
        /// `baseball`
        pub const BASEBALL: &str = "baseball";
        /// `basketball`
        pub const BASKETBALL: &str = "basketball";
        /// `beach-volleyball`
        pub const BEACH_VOLLEYBALL: &str = "beach-volleyball";
        /// `biathlon`
        pub const BIATHLON: &str = "biathlon";
        /// `bouldering`
        pub const BOULDERING: &str = "bouldering";
        /// `bowling`
        pub const BOWLING: &str = "bowling";
        /// `boxing`
        pub const BOXING: &str = "boxing";
        /// `brick`
        pub const BRICK: &str = "brick";
        /// `calisthenics`
        pub const CALISTHENICS: &str = "calisthenics";
        /// `canoeing`
        pub const CANOEING: &str = "canoeing";
        /// `cardio-training`
        pub const CARDIO_TRAINING: &str = "cardio-training";
        /// `circuit-training`
        pub const CIRCUIT_TRAINING: &str = "circuit-training";
        /// `core-training`
        pub const CORE_TRAINING: &str = "core-training";
        /// `cricket`
        pub const CRICKET: &str = "cricket";
        /// `cross-country-skiing`
        pub const CROSS_COUNTRY_SKIING: &str = "cross-country-skiing";
        /// `cross-skating`
        pub const CROSS_SKATING: &str = "cross-skating";
        /// `crossfit`
        pub const CROSSFIT: &str = "crossfit";
        /// `curling`
        pub const CURLING: &str = "curling";
        /// `cycling`
        pub const CYCLING: &str = "cycling";
        /// `cyclocross`
        pub const CYCLOCROSS: &str = "cyclocross";
        /// `dancing`
        pub const DANCING: &str = "dancing";
        /// `disc-golf`
        pub const DISC_GOLF: &str = "disc-golf";
        /// `diving`
        pub const DIVING: &str = "diving";
        /// `driving`
        pub const DRIVING: &str = "driving";
        /// `duathlon`
        pub const DUATHLON: &str = "duathlon";
        /// `e-biking`
        pub const E_BIKING: &str = "e-biking";
        /// `e-mountain-biking`
        pub const E_MOUNTAIN_BIKING: &str = "e-mountain-biking";
        /// `elevator`
        pub const ELEVATOR: &str = "elevator";
        /// `elliptical`
        pub const ELLIPTICAL: &str = "elliptical";
        /// `enduro`
        pub const ENDURO: &str = "enduro";
        /// `ergometer`
        pub const ERGOMETER: &str = "ergometer";
        /// `escalator`
        pub const ESCALATOR: &str = "escalator";
        /// `fencing`
        pub const FENCING: &str = "fencing";
        /// `fishing`
        pub const FISHING: &str = "fishing";
        /// `fitness-walking`
        pub const FITNESS_WALKING: &str = "fitness-walking";
        /// `flying`
        pub const FLYING: &str = "flying";
        /// `football`
        pub const FOOTBALL: &str = "football";
        /// `frisbee`
        pub const FRISBEE: &str = "frisbee";
        /// `gaelic-football`
        pub const GAELIC_FOOTBALL: &str = "gaelic-football";
        /// `gardening`
        pub const GARDENING: &str = "gardening";
        /// `golf`
        pub const GOLF: &str = "golf";
        /// `gravel-cycling`
        pub const GRAVEL_CYCLING: &str = "gravel-cycling";
        /// `guided-breathing`
        pub const GUIDED_BREATHING: &str = "guided-breathing";
        /// `gymnastics`
        pub const GYMNASTICS: &str = "gymnastics";
        /// `hand-cycling`
        pub const HAND_CYCLING: &str = "hand-cycling";
        /// `handball`
        pub const HANDBALL: &str = "handball";
        /// `hang-gliding`
        pub const HANG_GLIDING: &str = "hang-gliding";
        /// `hiit`
        pub const HIIT: &str = "hiit";
        /// `hiking`
        pub const HIKING: &str = "hiking";
        /// `hockey`
        pub const HOCKEY: &str = "hockey";
        /// `horse-riding`
        pub const HORSE_RIDING: &str = "horse-riding";
        /// `hot-air-ballooning`
        pub const HOT_AIR_BALLOONING: &str = "hot-air-ballooning";
        /// `housework`
        pub const HOUSEWORK: &str = "housework";
        /// `hurling`
        pub const HURLING: &str = "hurling";
        /// `ice-skating`
        pub const ICE_SKATING: &str = "ice-skating";
        /// `in-vehicle`
        pub const IN_VEHICLE: &str = "in-vehicle";
        /// `indoor-cycling`
        pub const INDOOR_CYCLING: &str = "indoor-cycling";
        /// `indoor-rollerblading`
        pub const INDOOR_ROLLERBLADING: &str = "indoor-rollerblading";
        /// `indoor-rowing`
        pub const INDOOR_ROWING: &str = "indoor-rowing";
        /// `indoor-running`
        pub const INDOOR_RUNNING: &str = "indoor-running";
        /// `indoor-skating`
        pub const INDOOR_SKATING: &str = "indoor-skating";
        /// `indoor-volleyball`
        pub const INDOOR_VOLLEYBALL: &str = "indoor-volleyball";
        /// `inline-skating`
        pub const INLINE_SKATING: &str = "inline-skating";
        /// `interval-training`
        pub const INTERVAL_TRAINING: &str = "interval-training";
        /// `jet-skiing`
        pub const JET_SKIING: &str = "jet-skiing";
        /// `jogging`
        pub const JOGGING: &str = "jogging";
        /// `kayaking`
        pub const KAYAKING: &str = "kayaking";
        /// `kettlebell-training`
        pub const KETTLEBELL_TRAINING: &str = "kettlebell-training";
        /// `kickboxing`
        pub const KICKBOXING: &str = "kickboxing";
        /// `kite-skiing`
        pub const KITE_SKIING: &str = "kite-skiing";
        /// `kitesurfing`
        pub const KITESURFING: &str = "kitesurfing";
        /// `lacrosse`
        pub const LACROSSE: &str = "lacrosse";
        /// `martial-arts`
        pub const MARTIAL_ARTS: &str = "martial-arts";
        /// `meditation`
        pub const MEDITATION: &str = "meditation";
        /// `mixed-martial-arts`
        pub const MIXED_MARTIAL_ARTS: &str = "mixed-martial-arts";
        /// `motor-racing`
        pub const MOTOR_RACING: &str = "motor-racing";
        /// `motorcycling`
        pub const MOTORCYCLING: &str = "motorcycling";
        /// `mountain-biking`
        pub const MOUNTAIN_BIKING: &str = "mountain-biking";
        /// `mountaineering`
        pub const MOUNTAINEERING: &str = "mountaineering";
        /// `multisport`
        pub const MULTISPORT: &str = "multisport";
        /// `nordic-walking`
        pub const NORDIC_WALKING: &str = "nordic-walking";
        /// `off-road-driving`
        pub const OFF_ROAD_DRIVING: &str = "off-road-driving";
        /// `open-water-swimming`
        pub const OPEN_WATER_SWIMMING: &str = "open-water-swimming";
        /// `orienteering`
        pub const ORIENTEERING: &str = "orienteering";
        /// `other`
        pub const OTHER: &str = "other";
        /// `p90x`
        pub const P90X: &str = "p90x";
        /// `paddling`
        pub const PADDLING: &str = "paddling";
        /// `padel`
        pub const PADEL: &str = "padel";
        /// `paragliding`
        pub const PARAGLIDING: &str = "paragliding";
        /// `parkour`
        pub const PARKOUR: &str = "parkour";
        /// `physical-therapy`
        pub const PHYSICAL_THERAPY: &str = "physical-therapy";
        /// `pickleball`
        pub const PICKLEBALL: &str = "pickleball";
        /// `pilates`
        pub const PILATES: &str = "pilates";
        /// `polo`
        pub const POLO: &str = "polo";
        /// `pool-swimming`
        pub const POOL_SWIMMING: &str = "pool-swimming";
        /// `power-boating`
        pub const POWER_BOATING: &str = "power-boating";
        /// `racquetball`
        pub const RACQUETBALL: &str = "racquetball";
        /// `road-cycling`
        pub const ROAD_CYCLING: &str = "road-cycling";
        /// `rock-climbing`
        pub const ROCK_CLIMBING: &str = "rock-climbing";
        /// `roller-skiing`
        pub const ROLLER_SKIING: &str = "roller-skiing";
        /// `rope-skipping`
        pub const ROPE_SKIPPING: &str = "rope-skipping";
        /// `rowing`
        pub const ROWING: &str = "rowing";
        /// `rugby`
        pub const RUGBY: &str = "rugby";
        /// `running`
        pub const RUNNING: &str = "running";
        /// `sailing`
        pub const SAILING: &str = "sailing";
        /// `sand-running`
        pub const SAND_RUNNING: &str = "sand-running";
        /// `scuba-diving`
        pub const SCUBA_DIVING: &str = "scuba-diving";
        /// `skateboarding`
        pub const SKATEBOARDING: &str = "skateboarding";
        /// `skating`
        pub const SKATING: &str = "skating";
        /// `skiing`
        pub const SKIING: &str = "skiing";
        /// `sky-diving`
        pub const SKY_DIVING: &str = "sky-diving";
        /// `sledding`
        pub const SLEDDING: &str = "sledding";
        /// `snowboarding`
        pub const SNOWBOARDING: &str = "snowboarding";
        /// `snowmobiling`
        pub const SNOWMOBILING: &str = "snowmobiling";
        /// `snowshoeing`
        pub const SNOWSHOEING: &str = "snowshoeing";
        /// `softball`
        pub const SOFTBALL: &str = "softball";
        /// `spinning`
        pub const SPINNING: &str = "spinning";
        /// `squash`
        pub const SQUASH: &str = "squash";
        /// `stair-climbing`
        pub const STAIR_CLIMBING: &str = "stair-climbing";
        /// `stair-machine`
        pub const STAIR_MACHINE: &str = "stair-machine";
        /// `stand-up-paddling`
        pub const STAND_UP_PADDLING: &str = "stand-up-paddling";
        /// `still`
        pub const STILL: &str = "still";
        /// `strength-training`
        pub const STRENGTH_TRAINING: &str = "strength-training";
        /// `stretching`
        pub const STRETCHING: &str = "stretching";
        /// `stroller-walking`
        pub const STROLLER_WALKING: &str = "stroller-walking";
        /// `surfing`
        pub const SURFING: &str = "surfing";
        /// `swimming`
        pub const SWIMMING: &str = "swimming";
        /// `swimrun`
        pub const SWIMRUN: &str = "swimrun";
        /// `table-tennis`
        pub const TABLE_TENNIS: &str = "table-tennis";
        /// `tai-chi`
        pub const TAI_CHI: &str = "tai-chi";
        /// `team-sports`
        pub const TEAM_SPORTS: &str = "team-sports";
        /// `tennis`
        pub const TENNIS: &str = "tennis";
        /// `tilting`
        pub const TILTING: &str = "tilting";
        /// `track-cycling`
        pub const TRACK_CYCLING: &str = "track-cycling";
        /// `trail-running`
        pub const TRAIL_RUNNING: &str = "trail-running";
        /// `treadmill`
        pub const TREADMILL: &str = "treadmill";
        /// `treadmill-running`
        pub const TREADMILL_RUNNING: &str = "treadmill-running";
        /// `treadmill-walking`
        pub const TREADMILL_WALKING: &str = "treadmill-walking";
        /// `triathlon`
        pub const TRIATHLON: &str = "triathlon";
        /// `unknown`
        pub const UNKNOWN: &str = "unknown";
        /// `utility-cycling`
        pub const UTILITY_CYCLING: &str = "utility-cycling";
        /// `velomobile`
        pub const VELOMOBILE: &str = "velomobile";
        /// `virtual-cycling`
        pub const VIRTUAL_CYCLING: &str = "virtual-cycling";
        /// `virtual-rowing`
        pub const VIRTUAL_ROWING: &str = "virtual-rowing";
        /// `virtual-running`
        pub const VIRTUAL_RUNNING: &str = "virtual-running";
        /// `volleyball`
        pub const VOLLEYBALL: &str = "volleyball";
        /// `wakeboarding`
        pub const WAKEBOARDING: &str = "wakeboarding";
        /// `walking`
        pub const WALKING: &str = "walking";
        /// `water-polo`
        pub const WATER_POLO: &str = "water-polo";
        /// `water-skiing`
        pub const WATER_SKIING: &str = "water-skiing";
        /// `weightlifting`
        pub const WEIGHTLIFTING: &str = "weightlifting";
        /// `wheelchair`
        pub const WHEELCHAIR: &str = "wheelchair";
        /// `windsurfing`
        pub const WINDSURFING: &str = "windsurfing";
        /// `yoga`
        pub const YOGA: &str = "yoga";
        /// `zumba`
        pub const ZUMBA: &str = "zumba";
    }

    /// Words of `stress-rating`.
    pub mod stress_rating {
        /// `unknown`
        pub const UNKNOWN: &str = "unknown";
        /// `rest`
        pub const REST: &str = "rest";
        /// `low`
        pub const LOW: &str = "low";
        /// `medium`
        pub const MEDIUM: &str = "medium";
        /// `high`
        pub const HIGH: &str = "high";
    }

    /// Words of `stroke`.
    pub mod stroke {
        /// `freestyle`
        pub const FREESTYLE: &str = "freestyle";
        /// `backstroke`
        pub const BACKSTROKE: &str = "backstroke";
        /// `breaststroke`
        pub const BREASTSTROKE: &str = "breaststroke";
        /// `butterfly`
        pub const BUTTERFLY: &str = "butterfly";
        /// `medley`
        pub const MEDLEY: &str = "medley";
        /// `mixed`
        pub const MIXED: &str = "mixed";
        /// `drill`
        pub const DRILL: &str = "drill";
        /// `kick`
        pub const KICK: &str = "kick";
        /// `any`
        pub const ANY: &str = "any";
        /// `unknown`
        pub const UNKNOWN: &str = "unknown";
    }

    /// Words of `target-of`.
    pub mod target_of {
        /// `power`
        pub const POWER: &str = "power";
        /// `heart-rate`
        pub const HEART_RATE: &str = "heart-rate";
        /// `speed`
        pub const SPEED: &str = "speed";
        /// `cadence`
        pub const CADENCE: &str = "cadence";
        /// `perceived-exertion`
        pub const PERCEIVED_EXERTION: &str = "perceived-exertion";
        /// `strokes`
        pub const STROKES: &str = "strokes";
        /// `repetitions`
        pub const REPETITIONS: &str = "repetitions";
        /// `open`
        pub const OPEN: &str = "open";
    }

    /// Words of `unit-system`.
    pub mod unit_system {
        /// `metric`
        pub const METRIC: &str = "metric";
        /// `imperial`
        pub const IMPERIAL: &str = "imperial";
    }

    /// Words of `visibility`.
    pub mod visibility {
        /// `everyone`
        pub const EVERYONE: &str = "everyone";
        /// `followers`
        pub const FOLLOWERS: &str = "followers";
        /// `only-me`
        pub const ONLY_ME: &str = "only-me";
    }

    /// Words of `zone-of`.
    pub mod zone_of {
        /// `heart-rate`
        pub const HEART_RATE: &str = "heart-rate";
        /// `power`
        pub const POWER: &str = "power";
        /// `speed`
        pub const SPEED: &str = "speed";
        /// `cadence`
        pub const CADENCE: &str = "cadence";
    }
}
