using static Clew.Identification.Severity;

namespace Clew.Identification;

/// <summary>What can be wrong with an identifier.</summary>
public static class IdentificationFindings
{
    /// <summary>No syntax that we know.</summary>
    public static readonly FindingKind Unreadable = new("identity.unreadable", Error,
        "'{0}' is not an identifier that we can read.",
        "Send a GS1 Digital Link, an EPC URN, an element string such as (01)…(21)…, or our own form such as gs1:01/06901234567892/21/A1.",
        "“{0}”不是可识别的标识。",
        "请使用 GS1 数字链接、EPC URN、(01)…(21)… 元素字符串，或本系统的写法，例如 gs1:01/06901234567892/21/A1。");

    /// <summary>A GS1 key of the wrong length or with foreign characters.</summary>
    public static readonly FindingKind Malformed = new("identity.malformed", Error,
        "'{0}' is not a valid value for application identifier ({1}): {2}.",
        "Compare with the label; see the GS1 General Specifications, section 3.",
        "“{0}”不是应用标识符 ({1}) 的有效值：{2}。",
        "请核对标签；参见 GS1 通用规范第 3 章。");

    /// <summary>A check digit that does not fit: kept with a warning when received, refused when we print.</summary>
    public static readonly FindingKind CheckDigitWrong = new("identity.checkDigit", Warning,
        "The check digit of '{0}' should be {1}.",
        "Scan the label again, or ask the issuer; a mistyped key names another product.",
        "“{0}”的校验位应为 {1}。",
        "请重新扫描标签或询问发码方；键入错误的代码会指向另一产品。");

    /// <summary>No prefix that GS1 gives out.</summary>
    public static readonly FindingKind CompanyPrefix = new("identity.companyPrefix", Error,
        "'{0}' is no GS1 company prefix.", "It has 6 to 12 digits; GS1's licence for the company says which.",
        "“{0}”不是 GS1 厂商识别代码。", "应为 6 至 12 位数字；见企业的 GS1 证书。");

    /// <summary>Read, and yet no name of anything that is traced.</summary>
    public static readonly FindingKind NamesNothing = new("identity.namesNothing", Error,
        "'{0}' can be read, but names no product, lot, unit, logistic unit, place or party.",
        "Scan the symbol that carries the device identifier as well.",
        "“{0}”可以读取，但未指明任何产品、批次、单件、物流单元、地点或机构。",
        "请同时扫描带有产品标识的符号。");

    /// <summary>A product where a unit was asked for, and the like.</summary>
    public static readonly FindingKind WrongGranularity = new("identity.granularity", Error,
        "'{0}' names a {1}, but a {2} is needed here.",
        "Name the exact thing: a unit with its serial, a lot with its lot number, a place or party with its GLN.",
        "“{0}”指的是{1}，此处需要{2}。",
        "请给出确切对象：单件用序列号，批次用批号，地点或机构用 GLN。");
}
