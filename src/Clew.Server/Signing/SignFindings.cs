using Clew.Identification;

namespace Clew.Server.Signing;

/// <summary>What can be wrong with signing.</summary>
public static class SignFindings
{
    /// <summary>None, or too many.</summary>
    public static readonly FindingKind Records = new("signing.records", Severity.Error,
        "There is no record to sign, or there are more than {0}.", "Choose the records on the page of the device or the recall.",
        "没有可签署的记录，或超过 {0} 条。", "请在器械或召回页面选择记录。");

    /// <summary>No meaning.</summary>
    public static readonly FindingKind Meaning = new("signing.meaning", Severity.Error,
        "A signature needs a meaning.", "Choose what you put your name to.",
        "签名须有含义。", "请选择您签署的含义。");

    /// <summary>Only the author.</summary>
    public static readonly FindingKind NotAuthor = new("signing.notAuthor", Severity.Error,
        "Record {0} was said by {1}, and only they can sign so.", "Choose another meaning, such as verification.",
        "记录 {0} 由 {1} 提交，仅本人可作此签署。", "请选择其他含义，例如复核。");

    /// <summary>Not the author.</summary>
    public static readonly FindingKind OwnRecord = new("signing.ownRecord", Severity.Error,
        "Record {0} is your own.", "Somebody else signs with this meaning: four eyes see more.",
        "记录 {0} 由您本人提交。", "此含义须由他人签署：双人复核。");

    /// <summary>No comment.</summary>
    public static readonly FindingKind Comment = new("signing.comment", Severity.Error,
        "This meaning needs a comment.", "Say why.",
        "此含义须填写说明。", "请说明原因。");

    /// <summary>Another record than was read.</summary>
    public static readonly FindingKind Changed = new("signing.changed", Severity.Error,
        "The records are not those that you have read.", "Read them again, then sign.",
        "记录与您所阅读的不一致。", "请重新阅读后再签署。");

    /// <summary>Not who it should be.</summary>
    public static readonly FindingKind Components = new("signing.components", Severity.Error,
        "Name, password or code are not yours.", "For the first signature of a session give all of them, afterwards the password (21 CFR 11.200). After five failures the account is closed for a quarter of an hour.",
        "用户名、密码或验证码不正确。", "会话内首次签名须提供全部要素，其后仅需密码（21 CFR 11.200）。连续失败五次后账户将锁定十五分钟。");
}
