using Clew.Identification;
using static Clew.Identification.Severity;

namespace Clew.Epcis;

/// <summary>What can be wrong with a query for events.</summary>
public static class QueryFindings
{
    /// <summary>A parameter that the standard does not have.</summary>
    public static readonly FindingKind Unknown = new("query.parameter", Error,
        "There is no parameter '{0}' in an EPCIS 2.0 query. The nearest is '{1}'.", "The parameters are in docs/reference/epcis-query.md; members of somebody's own are named with their prefix or namespace, such as EQ_ext:name.",
        "EPCIS 2.0 查询中此处没有参数“{0}”，最接近的是“{1}”。", "可用参数见 docs/reference/epcis-query.md；自定义字段须带前缀或命名空间，例如 EQ_ext:name。");

    /// <summary>A value that a parameter cannot have.</summary>
    public static readonly FindingKind Value = new("query.value", Error,
        "'{1}' is no value for '{0}'.", "What can stand here: {2}", "“{1}”不是参数“{0}”的有效值。", "此处可填：{2}");

    /// <summary>A parameter twice.</summary>
    public static readonly FindingKind Twice = new("query.twice", Error,
        "'{0}' is given twice.", "Give it once, with all its values: separated by '|' in an address, as an array in JSON.",
        "参数“{0}”重复。", "请只给出一次并列出全部取值：地址中以“|”分隔，JSON 中使用数组。");

    /// <summary>Two limits that mean different things.</summary>
    public static readonly FindingKind TwoLimits = new("query.twoLimits", Error,
        "'eventCountLimit' and 'maxEventCount' exclude each other.", "Leave one of them out: the first cuts the answer short, the second refuses a longer one.",
        "eventCountLimit 与 maxEventCount 不能同时使用。", "请去掉其中之一：前者截断结果，后者在超出时报错。");

    /// <summary>The first of what order?</summary>
    public static readonly FindingKind NeedsOrder = new("query.needsOrder", Error,
        "'eventCountLimit' needs 'orderBy'.", "Say by what the events are ordered: eventTime, recordTime, or a member of somebody's own.",
        "eventCountLimit 必须与 orderBy 同时使用。", "请指定排序字段：eventTime、recordTime 或自定义字段。");

    /// <summary>More alternatives than anybody means.</summary>
    public static readonly FindingKind TooMany = new("query.tooMany", Error,
        "'{0}' has {1} values.", "Ask for {2} at most, in several questions if need be.", "参数“{0}”有 {1} 个取值。", "每次最多 {2} 个，可分多次查询。");
}
