using Clew.Identification;
using static Clew.Identification.Severity;

namespace Clew.Server.Integration.Epcis;

/// <summary>What can be wrong with an EPCIS document, beyond what can be wrong with any JSON (<see cref="Facts.FactFindings"/>).</summary>
internal static class EpcisFindings
{
    /// <summary>EPCIS, but no events in it.</summary>
    public static readonly FindingKind NoEvents = new("epcis.noEvents", Error,
        "The document holds no events.", "Put them into 'epcisBody.eventList', or send one event or an array of events.",
        "文档中没有事件。", "请把事件放入 epcisBody.eventList,或直接发送单个事件或事件数组。");

    /// <summary>An event type that EPCIS does not have.</summary>
    public static readonly FindingKind UnknownType = new("epcis.type", Error,
        "There is no event type '{0}' in EPCIS 2.0.", "Use ObjectEvent, AggregationEvent, AssociationEvent, TransformationEvent or TransactionEvent; a type of your own is named by a URI or with a prefix.",
        "EPCIS 2.0 中没有事件类型“{0}”。", "请使用 ObjectEvent、AggregationEvent、AssociationEvent、TransformationEvent 或 TransactionEvent;自定义类型须以 URI 或前缀命名。");

    /// <summary>Something that the standard asks for.</summary>
    public static readonly FindingKind Missing = new("epcis.missing", Error,
        "This {0} needs '{1}'.", "Add it: EPCIS 2.0 asks for it.",
        "此 {0} 必须包含“{1}”。", "请补充:EPCIS 2.0 要求该字段。");

    /// <summary>No offset from UTC.</summary>
    public static readonly FindingKind Offset = new("epcis.offset", Error,
        "'{0}' is not an offset from UTC.", "Write the offset that was in force at the place, such as +08:00.",
        "“{0}”不是有效的 UTC 时差。", "请写事件发生地当时的时差,例如 +08:00。");

    /// <summary>A bare word that is in no list of the CBV.</summary>
    public static readonly FindingKind UnknownWord = new("epcis.word", Error,
        "'{0}' is no {1} of CBV 2.0. Did you mean '{2}'?", "Use a word of the list, or name your own by a URI or with a prefix.",
        "“{0}”不是 CBV 2.0 的 {1},是否指“{2}”?", "请使用词表中的词;自定义的词须以 URI 或前缀命名。");

    /// <summary>No URI.</summary>
    public static readonly FindingKind NoUri = new("epcis.uri", Error,
        "'{0}' is not a URI.", "Write a URI, such as https://example.com/… or urn:uuid:…; for your own words a prefix of '@context' will do.",
        "“{0}”不是 URI。", "请写 URI,例如 https://example.com/… 或 urn:uuid:…;自定义词也可使用 @context 中的前缀。");

    /// <summary>A declared error that did not occur has nothing to replace it.</summary>
    public static readonly FindingKind DidNotOccur = new("epcis.didNotOccur", Error,
        "An event that did not occur cannot be replaced by others.", "Leave 'correctiveEventIDs' out, or give the reason 'incorrect_data'.",
        "未发生的事件不能由其他事件替代。", "请去掉 correctiveEventIDs,或将原因改为 incorrect_data。");

    /// <summary>A member that this type of event does not have. Kept.</summary>
    public static readonly FindingKind NotOfThisType = new("epcis.otherType", Warning,
        "'{0}' does not belong in this {1}. It is kept, and nothing follows from it.", "Take it out, or choose the event type that has it.",
        "“{0}”不属于此 {1},已保存但不起作用。", "请删除该字段,或改用包含它的事件类型。");

    /// <summary>A member that EPCIS does not know and that has no namespace. Kept.</summary>
    public static readonly FindingKind UnknownMember = new("epcis.member", Warning,
        "EPCIS 2.0 has no member '{0}'. It is kept.", "Check the spelling; members of your own have a prefix, such as ext:{0}.",
        "EPCIS 2.0 没有字段“{0}”,已保存。", "请核对拼写;自定义字段须带前缀,例如 ext:{0}。");

    /// <summary>A prefix without a namespace. Kept.</summary>
    public static readonly FindingKind UnknownPrefix = new("epcis.prefix", Warning,
        "The prefix '{0}' has no namespace in '@context'. What it names is kept.", "Add the prefix and its namespace to '@context'.",
        "前缀“{0}”在 @context 中没有命名空间,相关内容已保存。", "请在 @context 中为该前缀声明命名空间。");

    /// <summary>Not a form that a fact has: carried, and shown.</summary>
    public static readonly FindingKind OnlyObserved = new("epcis.onlyObserved", Warning,
        "For '{0}' the event lacks '{1}', so it is kept as an observation and moves nothing.", "Add it and send the event again under a new id, with an error declaration for this one.",
        "作为“{0}”,该事件缺少“{1}”,因此仅作为观察记录保存,不改变状态。", "请补充后以新标识重新发送,并对本事件作错误声明。");

    /// <summary>Shipped, nobody said where to.</summary>
    public static readonly FindingKind NoDestination = new("epcis.noDestination", Warning,
        "The event does not say where the goods go.", "Add a 'destinationList' with the possessing party and the location, so that receipts can be matched.",
        "该事件未说明货物去向。", "请添加 destinationList(持有方与地点),以便与收货核对。");

    /// <summary>A class of objects by an identifier of somebody's own. Kept.</summary>
    public static readonly FindingKind ForeignClass = new("epcis.class", Warning,
        "The class '{0}' names no product or lot that we can trace. It is kept with the event.", "Name the lot by GTIN and lot number, such as https://id.gs1.org/01/…/10/….",
        "类别“{0}”不是可追溯的产品或批次,已随事件保存。", "请以 GTIN 和批号标识批次,例如 https://id.gs1.org/01/…/10/…。");

    /// <summary>A place by an identifier of something else. Kept.</summary>
    public static readonly FindingKind NoPlace = new("epcis.place", Warning,
        "'{0}' names no place or party. It is kept with the event.", "Name places by a GLN (AI 414, SGLN), parties by a GLN (AI 417, PGLN), or either by a URI of your own.",
        "“{0}”不是地点或机构标识,已随事件保存。", "地点请用 GLN(AI 414、SGLN),机构请用 GLN(AI 417、PGLN),或使用自有 URI。");
}
