using Clew.Identification;

namespace Clew.Numbering;

/// <summary>What can be wrong with a numbering rule, or with asking for numbers.</summary>
public static class NumberingFindings
{
    /// <summary>A pattern that makes no serial.</summary>
    public static readonly FindingKind Pattern = new("numbering.pattern", Severity.Error,
        "'{0}' is no pattern of a serial.", "Use # for each place of the number, at most one ? for the check character, and other characters that GS1 allows in a serial; at most {1} in all.",
        "“{0}”不是有效的序列号模式。", "用 # 表示数字位，最多一个 ? 表示校验字符，其余为 GS1 序列号允许的字符；总长不超过 {1}。");

    /// <summary>An alphabet that cannot write numbers.</summary>
    public static readonly FindingKind Alphabet = new("numbering.alphabet", Severity.Error,
        "'{0}' cannot write numbers.", "Give at least two different characters that GS1 allows in a serial; with a check character, an even number of them.",
        "“{0}”无法用于书写编号。", "请给出至少两个互不相同且 GS1 序列号允许的字符；如有校验字符，字符个数须为偶数。");

    /// <summary>A range that the pattern has no room for.</summary>
    public static readonly FindingKind Range = new("numbering.range", Severity.Error,
        "{1} numbers from {0} on do not fit: the pattern has {2}.", "Add places to the pattern, or choose a smaller range.",
        "从 {0} 起的 {1} 个编号超出范围：该模式共有 {2} 个。", "请增加模式的位数，或缩小范围。");

    /// <summary>All given out.</summary>
    public static readonly FindingKind Exhausted = new("numbering.exhausted", Severity.Error,
        "Rule '{0}' has {1} numbers left.", "Ask for fewer, or make a new rule for the product's next range.",
        "规则“{0}”仅剩 {1} 个编号。", "请减少数量，或为该产品的下一号段新建规则。");

    /// <summary>The range is in use.</summary>
    public static readonly FindingKind InUse = new("numbering.inUse", Severity.Error,
        "Of '{0}', {1} serials in a row that rule '{2}' would give are in use already.", "They were given out elsewhere. Make a rule whose range begins behind them.",
        "“{0}”的 {1} 个连续序列号(规则“{2}”)均已被使用。", "它们由其他系统分配。请新建从其后开始的规则。");

    /// <summary>A product that has its numbers from another rule.</summary>
    public static readonly FindingKind OtherRule = new("numbering.otherRule", Severity.Error,
        "The serials of '{0}' come from rule '{1}'.", "Use that rule: two rules for one product could give the same serial twice.",
        "“{0}”的序列号由规则“{1}”生成。", "请使用该规则：同一产品使用两个规则可能产生重复序列号。");

    /// <summary>The same request with another content.</summary>
    public static readonly FindingKind OtherRequest = new("numbering.otherRequest", Severity.Error,
        "Request '{0}' was made before for something else.", "Give each request an id of its own; the same id gives the same numbers again.",
        "请求“{0}”此前已用于其他内容。", "请为每个请求使用独立的编号；相同编号会返回相同的序列号。");

    /// <summary>A rule of that name.</summary>
    public static readonly FindingKind RuleExists = new("numbering.ruleExists", Severity.Error,
        "There is a rule '{0}' already, and it is another one.", "A rule never changes, for its numbers are on devices. Make one of another name.",
        "已存在规则“{0}”，且内容不同。", "规则不可更改，因其编号已印在器械上。请以其他名称新建。");
}
