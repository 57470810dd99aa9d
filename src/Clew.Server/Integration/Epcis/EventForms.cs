using Clew.Facts;
using static Clew.Facts.Vocabulary;
using static Clew.Server.Integration.Epcis.EventAction;
using static Clew.Server.Integration.Epcis.EventTypes;
using static Clew.Server.Integration.Epcis.Where;

namespace Clew.Server.Integration.Epcis;

/// <summary>The event types of EPCIS 2.0.</summary>
[Flags]
internal enum EventTypes
{
    /// <summary>None that was read.</summary>
    Unknown = 0,

    /// <summary>Things seen.</summary>
    ObjectEvent = 1,

    /// <summary>Things packed together.</summary>
    AggregationEvent = 2,

    /// <summary>Things fitted into a thing or tied to a place.</summary>
    AssociationEvent = 4,

    /// <summary>Things made of things.</summary>
    TransformationEvent = 8,

    /// <summary>Things tied to papers.</summary>
    TransactionEvent = 16,

    /// <summary>An event type of the sender's own.</summary>
    Extended = 32,

    /// <summary>Seeing a container with what is in it says the same of both as seeing them side by side.</summary>
    Things = ObjectEvent | AggregationEvent | AssociationEvent,
}

/// <summary>What an event says of the life of its objects, or of their tie to the parent.</summary>
internal enum EventAction
{
    /// <summary>A transformation has none.</summary>
    None,

    /// <summary>ADD.</summary>
    Add,

    /// <summary>OBSERVE.</summary>
    Observe,

    /// <summary>DELETE.</summary>
    Delete,
}

/// <summary>What else must be so for a row to fit.</summary>
internal enum Where
{
    /// <summary>Nothing more.</summary>
    Always,

    /// <summary>A sensor reports an alarm.</summary>
    Alarm,

    /// <summary>The parent is a place: EPCIS lets a thing be associated with one.</summary>
    ParentIsPlace,
}

/// <summary>One row: events of this form are facts of this kind.</summary>
/// <param name="Step">Nothing: any step.</param>
/// <param name="Disposition">Nothing: any disposition, or none.</param>
/// <param name="Outcome">The outcome that goes with the kind.</param>
internal sealed record EventForm(EventTypes Types, EventAction Action, string? Step, string? Disposition, Kind Kind, string? Outcome = null, Where Where = Always);

/// <summary>
/// How EPCIS says what we say (TABLE event form ↔ kind of fact). The first row that fits an event gives its kind; the first row
/// of a kind, with the lowest of its types, is the form in which such a fact is written.
/// </summary>
/// <remarks>
/// A row stands here only where the definition in CBV 2.0 says the same as our kind. What CBV has no word for (a release by
/// quality, a calibration) has a step of our own, <c>urn:clew:step:</c> and the kind's word; what nobody knows is
/// <c>observed</c>, and carried whole. A transaction event ties things to papers and moves nothing: it is observed.
/// </remarks>
internal static class EventForms
{
    /// <summary>Steps of our own: behind it the word of the kind.</summary>
    public const string OwnStep = "urn:clew:step:";

    // @formatter:off
#pragma warning disable IDE0055
    /// <summary>All rows.</summary>
    public static IReadOnlyList<EventForm> All { get; } =
    [
        // event                    action   step                       disposition            kind
        new(ObjectEvent,            Add,     "commissioning",           "active",              ProductionCompleted),
        new(ObjectEvent,            Add,     "commissioning",           null,                  ProductionCompleted),
        new(ObjectEvent,            Add,     "creating_class_instance", null,                  ProductionCompleted),
        new(TransformationEvent,    None,    "creating_class_instance", null,                  Transformed),
        new(TransformationEvent,    None,    null,                      null,                  Transformed),

        new(Things,                 Observe, "inspecting",              "conformant",          Inspected,            "pass"),
        new(Things,                 Observe, "inspecting",              "non_conformant",      Inspected,            "fail"),
        new(Things,                 Observe, "inspecting",              "needs_replacement",   Inspected,            "fail"),
        new(Things,                 Observe, "inspecting",              "damaged",             Inspected,            "fail"),

        new(AssociationEvent,       Add,     null,                      null,                  Installed,            null, ParentIsPlace),
        new(AssociationEvent,       Add,     "assembling",              null,                  ComponentFitted),
        new(AssociationEvent,       Add,     null,                      null,                  ComponentFitted),
        new(AggregationEvent,       Add,     "assembling",              null,                  ComponentFitted),
        new(AggregationEvent,       Add,     "installing",              null,                  ComponentFitted),
        new(AssociationEvent,       Delete,  null,                      null,                  Observed,             null, ParentIsPlace),
        new(AssociationEvent,       Delete,  "removing",                null,                  ComponentRemoved),
        new(AssociationEvent,       Delete,  null,                      null,                  ComponentRemoved),
        new(AggregationEvent,       Delete,  "disassembling",           null,                  ComponentRemoved),
        new(AggregationEvent,       Delete,  "removing",                null,                  ComponentRemoved),

        new(AggregationEvent,       Add,     null,                      null,                  Moved,                null, ParentIsPlace),
        new(AggregationEvent,       Add,     "packing",                 null,                  Packed),
        new(AggregationEvent,       Add,     null,                      null,                  Packed),
        new(AggregationEvent,       Delete,  null,                      null,                  Observed,             null, ParentIsPlace),
        new(AggregationEvent,       Delete,  "unpacking",               null,                  Unpacked),
        new(AggregationEvent,       Delete,  null,                      null,                  Unpacked),

        new(Things,                 Observe, "shipping",                "returned",            ReturnShipped),
        new(Things,                 Observe, "shipping",                "in_transit",          Shipped),
        new(Things,                 Observe, "shipping",                null,                  Shipped),
        new(Things,                 Observe, "consigning",              null,                  Shipped),
        new(Things,                 Observe, "sensor_reporting",        null,                  EnvironmentExcursion, null, Alarm),
        new(Things,                 Observe, "transporting",            null,                  EnvironmentExcursion, null, Alarm),
        new(Things,                 Observe, "transporting",            "in_transit",          Transported),
        new(Things,                 Observe, "transporting",            null,                  Transported),
        new(Things,                 Observe, "departing",               null,                  Transported),
        new(Things,                 Observe, "arriving",                null,                  Transported),
        new(Things,                 Observe, "receiving",               "returned",            ReturnReceived),
        new(Things,                 Observe, "receiving",               null,                  Received),
        new(Things,                 Observe, "accepting",               null,                  Received),
        new(Things,                 Observe, "storing",                 null,                  Moved),
        new(Things,                 Observe, "stocking",                null,                  Moved),
        new(Things,                 Observe, "retail_selling",          "retail_sold",         SaleRecorded),
        new(Things,                 Observe, "retail_selling",          null,                  SaleRecorded),

        new(Things,                 Observe, "installing",              null,                  Installed),
        new(Things,                 Observe, "dispensing",              "dispensed",           SingleUseConsumed),
        new(Things,                 Observe, "dispensing",              "partially_dispensed", UseRecorded),
        new(Things,                 Observe, "repairing",               "unavailable",         ServiceStarted),
        new(Things,                 Observe, "repairing",               "in_progress",         ServiceStarted),
        new(Things,                 Observe, "repairing",               "available",           ServiceCompleted,     "pass"),
        new(Things,                 Observe, "repairing",               "conformant",          ServiceCompleted,     "pass"),
        new(Things,                 Observe, "repairing",               "non_conformant",      ServiceCompleted,     "fail"),

        new(Things,                 Observe, "holding",                 "stolen",              LossReported),
        new(Things,                 Observe, null,                      "stolen",              LossReported),
        new(ObjectEvent,            Delete,  "decommissioning",         "inactive",            Retired),
        new(ObjectEvent,            Delete,  "decommissioning",         null,                  Retired),
        new(ObjectEvent,            Delete,  "destroying",              "destroyed",           Destroyed),
        new(ObjectEvent,            Delete,  "destroying",              null,                  Destroyed),
        new(ObjectEvent,            Observe, "destroying",              null,                  Destroyed),
    ];
#pragma warning restore IDE0055
    // @formatter:on

    // Rows by their step: "" holds those of any step.
    private static readonly ILookup<string, (int Order, EventForm Form)> ByStep = All.Select((form, order) => (order, form)).ToLookup(r => r.form.Step ?? "", StringComparer.Ordinal);

    /// <summary>What an event of this form is to us.</summary>
    public static (Kind Kind, string? Outcome) Of(EventTypes type, EventAction action, string? step, string? disposition, Where holds)
    {
        if (step is not null && (type & Things) != 0 && step.StartsWith(OwnStep, StringComparison.Ordinal) && Find(step.AsSpan(OwnStep.Length)) is { } own)
        {
            return (own, null);
        }

        (int Order, EventForm Form)? best = null;
        foreach (var row in ByStep[step ?? ""])
        {
            best = Better(best, row);
        }

        foreach (var row in step is null ? [] : ByStep[""])
        {
            best = Better(best, row);
        }

        return best is { } found ? (found.Form.Kind, found.Form.Outcome) : (Observed, null);

        (int Order, EventForm Form)? Better((int Order, EventForm Form)? one, (int Order, EventForm Form) other)
        {
            var form = other.Form;
            return (form.Types & type) != 0 && form.Action == action && (form.Disposition is null || form.Disposition == disposition)
                && (form.Where == Always || form.Where == holds) && (one is null || other.Order < one.Value.Order) ? other : one;
        }
    }
}
