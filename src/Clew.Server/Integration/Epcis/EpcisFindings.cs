using Clew.Identification;

namespace Clew.Server.Integration.Epcis;

/// <summary>What can be wrong with an EPCIS document, beyond what is wrong with the facts in it.</summary>
public static class EpcisFindings
{
    /// <summary>No list of events where the standard has it.</summary>
    public static readonly FindingKind NoEvents = new("epcis.noEvents", Severity.Error,
        "The document holds no EPCIS events.", "Send an EPCISDocument with epcisBody.eventList, one event, or an array of events.",
        "文档中没有 EPCIS 事件。", "请发送含 epcisBody.eventList 的 EPCISDocument、单个事件或事件数组。");

    /// <summary>Something that the standard asks for is not there.</summary>
    public static readonly FindingKind Missing = new("epcis.missing", Severity.Error,
        "An {0} needs '{1}'.", "Add it: EPCIS 2.0, section 7.4, lists what each type of event must say.",
        "{0} 必须包含“{1}”。", "请补充:各事件类型的必填项见 EPCIS 2.0 第 7.4 节。");

    /// <summary>A value that the standard does not have there.</summary>
    public static readonly FindingKind Wrong = new("epcis.wrong", Severity.Error,
        "'{0}' is no value for '{1}'.", "What can stand here: {2}", "“{0}”不是“{1}”的有效值。", "此处可填:{2}");

    /// <summary>Goods leave and nobody says for where.</summary>
    public static readonly FindingKind NoDestination = new("epcis.noDestination", Severity.Warning,
        "A shipping event without destinationList does not say where the goods go; it is kept as an observation.", "Add destinationList with 'location' or 'possessing_party'.",
        "发运事件缺少 destinationList,未说明去向,已作为观察记录保存。", "请补充 destinationList(location 或 possessing_party)。");

    /// <summary>A class of goods where an instance or a lot is tracked.</summary>
    public static readonly FindingKind NotTracked = new("epcis.notTracked", Severity.Warning,
        "'{0}' names a product without lot or serial: it is kept with the event and not traced.", "Name the lot (urn:epc:class:lgtin… or …/10/…) if it is to be traced.",
        "“{0}”为不含批号或序列号的产品,已随事件保存但不参与追溯。", "如需追溯请给出批号(urn:epc:class:lgtin… 或 …/10/…)。");
}
