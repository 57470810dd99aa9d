using Clew.Identification;
using static Clew.Identification.Severity;

namespace Clew.Facts;

/// <summary>What can be wrong with a fact as it was written, whatever the state of the world.</summary>
public static class FactFindings
{
    /// <summary>Not JSON.</summary>
    public static readonly FindingKind Syntax = new("json.syntax", Error,
        "The document is not JSON: line {0}, byte {1}: {2}", "Was the transfer cut off? Check the document with a JSON validator and send it again.",
        "文档不是有效的 JSON:第 {0} 行第 {1} 字节：{2}", "传输是否中断？请用 JSON 校验工具检查后重新发送。");

    /// <summary>JSON, but of another shape.</summary>
    public static readonly FindingKind NoFacts = new("json.noFacts", Error,
        "The document holds no facts.", "Send one fact (an object with 'kind'), an array of facts, or {{\"facts\": […]}}.",
        "文档中没有事实记录。", "请发送一个事实(含 kind 的对象)、事实数组，或 {{\"facts\": […]}}。");

    /// <summary>A number where text is needed, and the like.</summary>
    public static readonly FindingKind WrongType = new("json.type", Error,
        "A {0} stands here, but a {1} is needed.", "See docs/reference/facts.md for the form of each member.",
        "此处是 {0}，应为 {1}。", "各字段的格式见 docs/reference/facts.md。");

    /// <summary>The one character that no table and hardly any program holds.</summary>
    public static readonly FindingKind Control = new("text.control", Error,
        "A null character (U+0000) stands in this text.", "Take it out; the scanner's or the file's encoding may be set wrongly.",
        "此文本含有空字符(U+0000)。", "请删除；扫描器或文件的编码设置可能有误。");

    /// <summary>One member twice.</summary>
    public static readonly FindingKind MemberTwice = new("json.memberTwice", Error,
        "The member '{0}' stands twice.", "Keep the one that is right.",
        "字段“{0}”重复出现。", "请只保留正确的一个。");

    /// <summary>Inside the free part: nested too deep, a member twice, a broken character.</summary>
    public static readonly FindingKind Details = new("json.details", Error,
        "The details cannot be kept: {0}", "Simplify them, or attach them as evidence.",
        "附加信息无法保存：{0}", "请简化内容，或作为证据附件提交。");

    /// <summary>A kind that no version of ours knows.</summary>
    public static readonly FindingKind UnknownKind = new("kind.unknown", Error,
        "There is no kind of fact '{0}'. Did you mean '{1}'?", "Use a word of docs/reference/facts.md; for anything else say 'observed' and put your own data into 'details'.",
        "没有名为“{0}”的事件类型，是否指“{1}”？", "请使用 docs/reference/facts.md 中的词；其他情况请用 observed 并把数据放入 details。");

    /// <summary>Something that this kind must say is missing.</summary>
    public static readonly FindingKind Missing = new("fact.missing", Error,
        "'{0}' needs '{1}'.", "Add it; the table in docs/reference/facts.md lists what each kind must say.",
        "“{0}”必须包含“{1}”。", "请补充；各类型的必填项见 docs/reference/facts.md。");

    /// <summary>A time without an offset is no time in the world.</summary>
    public static readonly FindingKind TimeWithoutOffset = new("time.noOffset", Error,
        "The time '{0}' has no offset from UTC.", "Write the local time with its offset, such as 2026-11-24T08:30:00+08:00.",
        "时间“{0}”缺少与 UTC 的时差。", "请写本地时间并带时差，例如 2026-11-24T08:30:00+08:00。");

    /// <summary>No time at all.</summary>
    public static readonly FindingKind TimeUnreadable = new("time.unreadable", Error,
        "'{0}' is not a time.", "Write ISO 8601 with an offset, such as 2026-11-24T08:30:00+08:00.",
        "“{0}”不是有效时间。", "请使用带时差的 ISO 8601 格式，例如 2026-11-24T08:30:00+08:00。");

    /// <summary>No calendar date.</summary>
    public static readonly FindingKind DateUnreadable = new("date.unreadable", Error,
        "'{0}' is not a date.", "Write year, month and day, such as 2028-01-31.",
        "“{0}”不是有效日期。", "请写年-月-日，例如 2028-01-31。");

    /// <summary>A word that is not in its list.</summary>
    public static readonly FindingKind UnknownWord = new("word.unknown", Error,
        "'{0}' is not one of: {1}.", "Use one of the words of the list.",
        "“{0}”不在列表中：{1}。", "请使用列表中的词。");

    /// <summary>No SHA-256.</summary>
    public static readonly FindingKind NoHash = new("hash.unreadable", Error,
        "'{0}' is not a SHA-256.", "Give the hash of the file's bytes as 64 hexadecimal digits.",
        "“{0}”不是 SHA-256 值。", "请给出文件字节的 64 位十六进制哈希值。");

    /// <summary>No quantity, or none that can be.</summary>
    public static readonly FindingKind Quantity = new("quantity.wrong", Error,
        "'{0}' is not a quantity that can be.", "Give a number above nought with at most 12 digits before and 6 behind the point; of a unit with a serial there is always one.",
        "“{0}”不是有效数量。", "请给出大于零的数字，整数部分至多 12 位、小数至多 6 位；带序列号的单件数量恒为一。");

    /// <summary>Two members that mean the same item.</summary>
    public static readonly FindingKind ItemTwice = new("items.twice", Error,
        "The item '{0}' stands twice in this fact.", "Name each item once; for a lot add the quantities up.",
        "对象“{0}”在本事实中重复。", "每个对象只写一次；批次请合并数量。");

    /// <summary>A thing inside itself.</summary>
    public static readonly FindingKind InsideItself = new("parent.itself", Error,
        "'{0}' cannot be inside itself.", "Name the whole or the container as parent, and only what goes into it as items.",
        "“{0}”不能包含自身。", "parent 应为整机或容器，items 只写放入其中的对象。");

    /// <summary>Longer than anything in the field.</summary>
    public static readonly FindingKind TooLong = new("fact.tooLong", Error,
        "{0} is too long: {1}, and at most {2} are taken.", "Split it, or attach it as evidence by its hash.",
        "{0} 过长：{1}，上限为 {2}。", "请拆分，或以哈希值作为证据附件。");
}
