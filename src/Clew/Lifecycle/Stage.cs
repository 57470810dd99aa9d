namespace Clew.Lifecycle;

/// <summary>Where in its life a unit is. Holds are another dimension (<see cref="Hold"/>): a recalled implant is still in its patient.</summary>
public enum Stage : byte
{
    /// <summary>Nothing is known of it, or it is not a unit (lots and pallets have no stage of their own).</summary>
    None = 0,

    /// <summary>Serial allocated, not built.</summary>
    Planned = 1,

    /// <summary>Being built.</summary>
    InProduction = 2,

    /// <summary>Rework or refurbishment.</summary>
    Rework = 3,

    /// <summary>Built, awaiting release.</summary>
    PendingRelease = 4,

    /// <summary>Released, in the manufacturer's stock.</summary>
    Released = 5,

    /// <summary>Between custodians.</summary>
    InTransit = 6,

    /// <summary>In a distributor's stock.</summary>
    DistributorStock = 7,

    /// <summary>In the stock of a hospital or other user.</summary>
    UserStock = 8,

    /// <summary>Installed, not yet accepted.</summary>
    Installed = 9,

    /// <summary>In use.</summary>
    InService = 10,

    /// <summary>Repair, maintenance, calibration.</summary>
    UnderService = 11,

    /// <summary>Use suspended.</summary>
    OutOfService = 12,

    /// <summary>In a patient.</summary>
    Implanted = 13,

    /// <summary>Removed from a patient.</summary>
    Explanted = 14,

    /// <summary>In returns quarantine.</summary>
    Returned = 15,

    /// <summary>Withdrawn, awaiting disposal.</summary>
    Retired = 16,

    /// <summary>Lost, stolen or unverified.</summary>
    Missing = 17,

    /// <summary>Single use done. An end.</summary>
    Consumed = 18,

    /// <summary>Scrapped before it was ever released. An end.</summary>
    Scrapped = 19,

    /// <summary>Destroyed. An end.</summary>
    Destroyed = 20,

    /// <summary>Tracking ended, as at a patient's death. An end.</summary>
    TrackingClosed = 21,

    /// <summary>A part of another unit; where that is, it is.</summary>
    Fitted = 22,
}

/// <summary>Whether a unit may be used and moved, whatever its stage.</summary>
public enum Hold : byte
{
    /// <summary>Free.</summary>
    None = 0,

    /// <summary>Stopped while a suspicion is looked into.</summary>
    Containment = 1,

    /// <summary>Stopped by a recall.</summary>
    RecallLock = 2,

    /// <summary>Recalled while in a patient: flagged for follow-up, nothing is blocked.</summary>
    FlaggedInPatient = 3,

    /// <summary>Was recalled; corrected or found not affected.</summary>
    Cleared = 4,
}

/// <summary>Words and names of stages and holds (TABLE). The codes are those of the lifecycle model.</summary>
public static class Stages
{
    /// <summary>One row.</summary>
    /// <param name="Word">As in documents and the ledger.</param>
    /// <param name="Code">In the lifecycle model; a dash for what the model does not have.</param>
    /// <param name="IsEnd">Nothing follows but audit, vigilance and recall records.</param>
    public sealed record Row(Stage Stage, string Word, string Code, bool IsEnd, string En, string Zh);

    // @formatter:off
#pragma warning disable IDE0055
    /// <summary>All stages.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new(Stage.None,             "none",             "-",                 false, "Not known",            "未知"),
        new(Stage.Planned,          "planned",          "PLANNED",           false, "Serial allocated",     "已分配"),
        new(Stage.InProduction,     "inProduction",     "IN_PRODUCTION",     false, "In production",        "生产中"),
        new(Stage.Rework,           "rework",           "REWORK",            false, "In rework",            "返工"),
        new(Stage.PendingRelease,   "pendingRelease",   "PENDING_RELEASE",   false, "Awaiting release",     "待放行"),
        new(Stage.Released,         "released",         "RELEASED",          false, "Released",             "已放行"),
        new(Stage.InTransit,        "inTransit",        "IN_TRANSIT",        false, "In transit",           "在途"),
        new(Stage.DistributorStock, "distributorStock", "DISTRIBUTOR_STOCK", false, "Distributor's stock",  "经销商库存"),
        new(Stage.UserStock,        "userStock",        "USER_STOCK",        false, "User's stock",         "使用单位库存"),
        new(Stage.Installed,        "installed",        "INSTALLED",         false, "Installed",            "已安装待验收"),
        new(Stage.InService,        "inService",        "IN_SERVICE",        false, "In service",           "在用"),
        new(Stage.UnderService,     "underService",     "UNDER_SERVICE",     false, "Under service",        "维修中"),
        new(Stage.OutOfService,     "outOfService",     "OUT_OF_SERVICE",    false, "Out of service",       "停用"),
        new(Stage.Implanted,        "implanted",        "IMPLANTED",         false, "Implanted",            "已植入"),
        new(Stage.Explanted,        "explanted",        "EXPLANTED",         false, "Explanted",            "已取出"),
        new(Stage.Returned,         "returned",         "RETURNED",          false, "Returned",             "退回隔离"),
        new(Stage.Retired,          "retired",          "RETIRED",           false, "Retired",              "报废待处置"),
        new(Stage.Missing,          "missing",          "MISSING",           false, "Missing",              "失踪"),
        new(Stage.Consumed,         "consumed",         "CONSUMED",          true,  "Used up",              "已使用"),
        new(Stage.Scrapped,         "scrapped",         "SCRAPPED",          true,  "Scrapped",             "已报废"),
        new(Stage.Destroyed,        "destroyed",        "DESTROYED",         true,  "Destroyed",            "已销毁"),
        new(Stage.TrackingClosed,   "trackingClosed",   "TRACKING_CLOSED",   true,  "Tracking closed",      "追踪终止"),
        new(Stage.Fitted,           "fitted",           "-",                 false, "Part of another unit", "已装入"),
    ];

    private static readonly (string Word, string En, string Zh)[] HoldRows =
    [
        ("none",             "No hold",            "无冻结"),
        ("containmentHold",  "Containment hold",   "遏制冻结"),
        ("recallLock",       "Recall lock",        "召回锁定"),
        ("flaggedInPatient", "Flagged in patient", "患者体内标记"),
        ("recallCleared",    "Recall cleared",     "召回已解除"),
    ];
#pragma warning restore IDE0055
    // @formatter:on

    /// <summary>The row of a stage.</summary>
    public static Row Of(Stage stage) => All[(int)stage];

    /// <summary>Whether nothing can follow.</summary>
    public static bool IsEnd(Stage stage) => Of(stage).IsEnd;

    /// <summary>A hold's word.</summary>
    public static string Word(Hold hold) => HoldRows[(int)hold].Word;

    /// <summary>A hold's names.</summary>
    public static (string En, string Zh) Names(Hold hold) => (HoldRows[(int)hold].En, HoldRows[(int)hold].Zh);

    /// <summary>Stage and hold in one word, as entries keep them.</summary>
    public static string Word(Stage stage, Hold hold) =>
        hold == Hold.None ? stage == Stage.None ? "" : Of(stage).Word : $"{Of(stage).Word}/{Word(hold)}";
}
