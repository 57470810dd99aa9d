using Clew.Identification;
using static Clew.Identification.Severity;

namespace Clew.Epcis;

/// <summary>What can be wrong with EPCIS.</summary>
public static class EpcisFindings
{
    /// <summary>Nothing to read.</summary>
    public static readonly FindingKind NoEvents = new("epcis.noEvents", Error,
        "The document holds no EPCIS events.", "Send an EPCISDocument with epcisBody.eventList, one event, or an array of events.",
        "文档中没有 EPCIS 事件。", "请发送含 epcisBody.eventList 的 EPCISDocument、单个事件或事件数组。");

    /// <summary>Something that the standard asks for is not there.</summary>
    public static readonly FindingKind Missing = new("epcis.missing", Error,
        "{0} needs '{1}'.", "Add it: EPCIS 2.0, section 7.4, lists what each type of event must say.",
        "{0} 必须包含“{1}”。", "请补充：各事件类型的必填项见 EPCIS 2.0 第 7.4 节。");

    /// <summary>A value that the standard does not have there.</summary>
    public static readonly FindingKind Wrong = new("epcis.wrong", Error,
        "'{0}' is no value for '{1}'.", "What can stand here: {2}", "“{0}”不是“{1}”的有效值。", "此处可填：{2}");

    /// <summary>A type that EPCIS does not have.</summary>
    public static readonly FindingKind UnknownType = new("epcis.type", Error,
        "There is no event type '{0}' in EPCIS 2.0.", "Use ObjectEvent, AggregationEvent, AssociationEvent, TransformationEvent or TransactionEvent; a type of your own is named by a URI or with a prefix.",
        "EPCIS 2.0 中没有事件类型“{0}”。", "请使用 ObjectEvent、AggregationEvent、AssociationEvent、TransformationEvent 或 TransactionEvent；自定义类型须以 URI 或前缀命名。");

    /// <summary>A bare word that is in no list of the CBV.</summary>
    public static readonly FindingKind UnknownWord = new("epcis.word", Error,
        "'{0}' is no {1} of CBV 2.0. The nearest is '{2}'.", "Use a word of the list, or name your own by a URI or with a prefix.",
        "“{0}”不是 CBV 2.0 的 {1}，最接近的是“{2}”。", "请使用词表中的词；自定义的词须以 URI 或前缀命名。");

    /// <summary>A word of the CBV in a form that belongs to another form of document.</summary>
    public static readonly FindingKind WordForm = new("epcis.wordForm", Error,
        "'{0}' is a word of CBV 2.0 in a form that does not belong here.", "Write '{1}'.",
        "“{0}”是 CBV 2.0 的词，但写法不适用于此格式。", "请写“{1}”。");

    /// <summary>No URI.</summary>
    public static readonly FindingKind NoUri = new("epcis.uri", Error,
        "'{0}' is not a URI.", "Write a URI, such as https://example.com/… or urn:uuid:…; for your own words a prefix of '@context' will do.",
        "“{0}”不是 URI。", "请写 URI，例如 https://example.com/… 或 urn:uuid:…；自定义词也可使用 @context 中的前缀。");

    /// <summary>A member that this type of event does not have.</summary>
    public static readonly FindingKind NotOfThisType = new("epcis.otherType", Error,
        "'{0}' does not belong in this {1}.", "Take it out, or choose the event type or the action that has it.",
        "“{0}”不属于此 {1}。", "请删除该字段，或改用包含它的事件类型或动作。");

    /// <summary>A member that EPCIS does not know and that has no namespace.</summary>
    public static readonly FindingKind UnknownMember = new("epcis.member", Error,
        "EPCIS 2.0 has no member '{0}' here.", "Check the spelling; members of your own have a prefix, such as ext:{0}.",
        "EPCIS 2.0 此处没有字段“{0}”。", "请核对拼写；自定义字段须带前缀，例如 ext:{0}。");

    /// <summary>A prefix without a namespace.</summary>
    public static readonly FindingKind UnknownPrefix = new("epcis.prefix", Warning,
        "The prefix '{0}' has no namespace in '@context'. What it names is kept.", "Add the prefix and its namespace to '@context'.",
        "前缀“{0}”在 @context 中没有命名空间，相关内容已保存。", "请在 @context 中为该前缀声明命名空间。");

    /// <summary>A set that holds something twice.</summary>
    public static readonly FindingKind Twice = new("epcis.twice", Error,
        "'{0}' stands twice in '{1}', which is a set.", "Name it once.", "“{0}”在“{1}”中重复，该列表不允许重复。", "请只写一次。");

    /// <summary>A declared error that did not occur has nothing to replace it.</summary>
    public static readonly FindingKind DidNotOccur = new("epcis.didNotOccur", Error,
        "An event that did not occur cannot be replaced by others.", "Leave 'correctiveEventIDs' out, or give the reason 'incorrect_data'.",
        "未发生的事件不能由其他事件替代。", "请去掉 correctiveEventIDs，或将原因改为 incorrect_data。");

    /// <summary>The same of a sensor said for all reports and for one.</summary>
    public static readonly FindingKind SensorTwice = new("epcis.sensorTwice", Warning,
        "'{0}' stands in the metadata of this sensor element and in a report of it.", "Say it in one place: in the metadata if it holds for all reports, or else in each report.",
        "“{0}”同时出现在传感器元数据和其中的报告里。", "请只写一处：适用于全部报告的写在元数据中，否则写在各报告中。");

    /// <summary>Measured after it was told.</summary>
    public static readonly FindingKind SensorLate = new("epcis.sensorLate", Warning,
        "The sensor's time '{0}' lies behind the event's.", "Check the clocks: an event cannot tell of what is measured later.",
        "传感器时间“{0}”晚于事件时间。", "请核对时钟：事件不能包含之后的测量。");

    /// <summary>Bytes or halves of characters that are no text.</summary>
    public static readonly FindingKind NoText = new("epcis.text", Error,
        "A text in it is no text: it holds a character that cannot be written, such as U+0000 or half a surrogate pair.", "Write UTF-8, and take control characters out.",
        "其中含有无法表示的字符，例如 U+0000 或半个代理对。", "请使用 UTF-8 编码并去掉控制字符。");

    /// <summary>More members than anybody needs.</summary>
    public static readonly FindingKind TooMany = new("epcis.tooMany", Error,
        "An object holds more than {0} members.", "Put a list where one is meant.", "一个对象的成员超过 {0} 个。", "如为多个值，请使用列表。");

    /// <summary>Broken XML.</summary>
    public static readonly FindingKind NotXml = new("xml.syntax", Error,
        "Not XML from here on: {0}", "Mend it there; a document type definition must not be in it.", "自此处起不是有效的 XML:{0}", "请在该处修正；文档中不得含有 DTD。");

    /// <summary>Not a document of EPCIS.</summary>
    public static readonly FindingKind NotEpcis = new("epcis.document", Error,
        "'{0}' is no document of EPCIS.", "Its outermost element is EPCISDocument, EPCISQueryDocument or EPCISMasterDataDocument in the namespace of EPCIS 1.x or 2.0.",
        "“{0}”不是 EPCIS 文档。", "最外层元素须为 EPCIS 1.x 或 2.0 命名空间中的 EPCISDocument、EPCISQueryDocument 或 EPCISMasterDataDocument。");

    /// <summary>An event of 1.x that 2.0 says otherwise.</summary>
    public static readonly FindingKind Former = new("epcis.former", Note,
        "QuantityEvent ended with EPCIS 2.0: it is told as an ObjectEvent that observes a quantity.", "Send an ObjectEvent with 'quantityList'.",
        "QuantityEvent 在 EPCIS 2.0 中已废止，按观察数量的 ObjectEvent 处理。", "请改发含 quantityList 的 ObjectEvent。");

    /// <summary>Goods leave and nobody says for where.</summary>
    public static readonly FindingKind NoDestination = new("epcis.noDestination", Warning,
        "A shipping event without destinationList does not say where the goods go; it is kept as an observation.", "Add destinationList with 'location' or 'possessing_party'.",
        "发运事件缺少 destinationList，未说明去向，已作为观察记录保存。", "请补充 destinationList（location 或 possessing_party）。");

    /// <summary>An event that does not say all that its kind of fact asks for.</summary>
    public static readonly FindingKind Incomplete = new("epcis.incomplete", Warning,
        "By its type, action, business step and disposition this is '{0}', which asks for '{1}'; it is kept as an observation.", "Add what is missing if it is to be understood; the table in docs/reference/epcis.md tells where an event says it.",
        "按类型、动作、业务步骤与处置状态，本事件应为“{0}”，但缺少“{1}”，已作为观察记录保存。", "如需系统理解，请补充缺少的内容；事件中的写法见 docs/reference/epcis.md。");

    /// <summary>A long list that spells its names in several ways.</summary>
    public static readonly FindingKind NotSpelt = new("epcis.notSpelt", Warning,
        "The names in '{0}' are spelt in several ways, and the list is long: they are kept as canonical Digital Links. The document itself is kept as it came.", "Spell the names of one list in one way, as EPC URNs or as Digital Links of one domain, if they are to come back as they were.",
        "“{0}”中的标识写法不一且列表较长，仅以规范的 Digital Link 保存；原始文档仍按原样保存。", "如需按原写法取回，请在同一列表中统一使用 EPC URN 或同一域名的 Digital Link。");

    /// <summary>A class of goods where an instance or a lot is tracked.</summary>
    public static readonly FindingKind NotTracked = new("epcis.notTracked", Warning,
        "'{0}' names nothing that is traced here: it is kept with the event.", "Name the lot (urn:epc:class:lgtin… or …/10/…) or the serial if it is to be traced.",
        "“{0}”不是可追溯的对象，已随事件保存但不参与追溯。", "如需追溯请给出批号（urn:epc:class:lgtin… 或 …/10/…）或序列号。");
}
