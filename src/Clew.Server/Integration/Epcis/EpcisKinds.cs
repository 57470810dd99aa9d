using Clew.Facts;
using static Clew.Facts.Vocabulary;

namespace Clew.Server.Integration.Epcis;

/// <summary>
/// Which kind of fact an EPCIS event is (TABLE event type, action, business step, disposition). Read from the top: the first row
/// that fits. What no row knows is carried whole as an observation, shown on the timeline, and folded by nobody.
/// </summary>
public static class EpcisKinds
{
    /// <summary>One row; a dash means any.</summary>
    /// <param name="BizStep">CBV 2.0 word.</param>
    /// <param name="Disposition">CBV 2.0 word.</param>
    /// <param name="Outcome">The fact's outcome, where its kind needs one.</param>
    public sealed record Row(string Type, string Action, string BizStep, string Disposition, Kind Kind, string? Outcome = null);

    // @formatter:off
#pragma warning disable IDE0055
    /// <summary>All rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new("ObjectEvent",         "ADD",     "commissioning",           "inactive",                SerialAllocated),
        new("ObjectEvent",         "ADD",     "commissioning",           "encoded",                 SerialAllocated),
        new("ObjectEvent",         "ADD",     "commissioning",           "-",                       ProductionCompleted),
        new("ObjectEvent",         "ADD",     "creating_class_instance", "-",                       ProductionCompleted),
        new("ObjectEvent",         "OBSERVE", "encoding",                "-",                       SoftwareLoaded),
        new("ObjectEvent",         "OBSERVE", "inspecting",              "sellable_accessible",     ProductReleased),
        new("ObjectEvent",         "OBSERVE", "inspecting",              "non_conformant",          Inspected,        "fail"),
        new("ObjectEvent",         "OBSERVE", "inspecting",              "damaged",                 Inspected,        "fail"),
        new("ObjectEvent",         "OBSERVE", "inspecting",              "-",                       Inspected,        "pass"),
        new("ObjectEvent",         "OBSERVE", "shipping",                "returned",                ReturnShipped),
        new("ObjectEvent",         "OBSERVE", "shipping",                "-",                       Shipped),
        new("ObjectEvent",         "OBSERVE", "departing",               "-",                       Transported),
        new("ObjectEvent",         "OBSERVE", "transporting",            "-",                       Transported),
        new("ObjectEvent",         "OBSERVE", "arriving",                "-",                       Transported),
        new("ObjectEvent",         "OBSERVE", "receiving",               "returned",                ReturnReceived),
        new("ObjectEvent",         "OBSERVE", "receiving",               "-",                       Received),
        new("ObjectEvent",         "OBSERVE", "storing",                 "-",                       Moved),
        new("ObjectEvent",         "OBSERVE", "stocking",                "-",                       Moved),
        new("ObjectEvent",         "OBSERVE", "retail_selling",          "-",                       SaleRecorded),
        new("ObjectEvent",         "OBSERVE", "installing",              "-",                       Installed),
        new("ObjectEvent",         "OBSERVE", "dispensing",              "-",                       SingleUseConsumed),
        new("ObjectEvent",         "OBSERVE", "repairing",               "available",               ServiceCompleted, "pass"),
        new("ObjectEvent",         "OBSERVE", "repairing",               "conformant",              ServiceCompleted, "pass"),
        new("ObjectEvent",         "OBSERVE", "repairing",               "non_conformant",          ServiceCompleted, "fail"),
        new("ObjectEvent",         "OBSERVE", "repairing",               "-",                       ServiceStarted),
        new("ObjectEvent",         "-",       "decommissioning",         "-",                       Retired),
        new("ObjectEvent",         "-",       "destroying",              "-",                       Scrapped),
        new("AggregationEvent",    "ADD",     "assembling",              "-",                       ComponentFitted),
        new("AggregationEvent",    "ADD",     "installing",              "-",                       ComponentFitted),
        new("AggregationEvent",    "ADD",     "-",                       "-",                       Packed),
        new("AggregationEvent",    "DELETE",  "disassembling",           "-",                       ComponentRemoved),
        new("AggregationEvent",    "DELETE",  "removing",                "-",                       ComponentRemoved),
        new("AggregationEvent",    "DELETE",  "-",                       "-",                       Unpacked),
        new("AssociationEvent",    "ADD",     "-",                       "-",                       ComponentFitted),
        new("AssociationEvent",    "DELETE",  "-",                       "-",                       ComponentRemoved),
        new("TransformationEvent", "-",       "-",                       "-",                       Transformed),
    ];
#pragma warning restore IDE0055
    // @formatter:on

    /// <summary>The first row that fits, or nothing.</summary>
    public static Row? Find(string type, string? action, string? bizStep, string? disposition) =>
        All.FirstOrDefault(r => r.Type == type && Fits(r.Action, action) && Fits(r.BizStep, bizStep) && Fits(r.Disposition, disposition));

    private static bool Fits(string row, string? met) => row == "-" || row == met;
}
