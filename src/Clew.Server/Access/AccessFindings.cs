using Clew.Identification;

namespace Clew.Server.Access;

/// <summary>What can be wrong with who may come in.</summary>
public static class AccessFindings
{
    /// <summary>A name that nobody can have.</summary>
    public static readonly FindingKind Name = new("access.name", Severity.Error,
        "'{0}' is no user name.", "Use 2 to 64 small letters, digits, dots, dashes or underscores, beginning with a letter.",
        "“{0}”不是有效的用户名。", "请使用 2 至 64 个小写字母、数字、点、短横线或下划线，并以字母开头。");

    /// <summary>A name that somebody has.</summary>
    public static readonly FindingKind Taken = new("access.taken", Severity.Error,
        "There is a person '{0}' already.", "Choose another name; names stay with their person for ever, because the ledger knows people by them.",
        "用户名“{0}”已存在。", "请另选名称；账本以用户名记录人员，因此名称永久归属本人。");

    /// <summary>A role that there is none of.</summary>
    public static readonly FindingKind Role = new("access.role", Severity.Error,
        "There is no role '{0}'.", "Choose one of the list.",
        "没有角色“{0}”。", "请从列表中选择。");

    /// <summary>An outside role without an organisation.</summary>
    public static readonly FindingKind Party = new("access.party", Severity.Error,
        "The role {0} sees what its organisation holds, and '{1}' is none.", "Give the organisation's identity, such as gs1:417/6901234000047.",
        "角色“{0}”只能查看其机构持有的单件，而“{1}”不是机构标识。", "请填写机构标识，例如 gs1:417/6901234000047。");

    /// <summary>Oneself.</summary>
    public static readonly FindingKind Oneself = new("access.oneself", Severity.Error,
        "Nobody changes their own rights.", "Ask another administrator.",
        "任何人都不能更改自己的权限。", "请由另一位管理员操作。");

    /// <summary>The last one who can let others in.</summary>
    public static readonly FindingKind Last = new("access.last", Severity.Error,
        "{0} is the last administrator.", "Give somebody else the role first.",
        "{0} 是最后一位管理员。", "请先将该角色授予他人。");

    /// <summary>No reason.</summary>
    public static readonly FindingKind Reason = new("access.reason", Severity.Error,
        "A change of rights needs a reason.", "Say why, in a few words: it goes on record with your name.",
        "变更权限须说明原因。", "请简要说明原因：将与您的姓名一并记录。");

    /// <summary>A name of a system that cannot be one.</summary>
    public static readonly FindingKind System = new("access.system", Severity.Error,
        "'{0}' is no name of a system.", "Use 2 to 64 letters, digits, dots, dashes or underscores, such as mes-suzhou.",
        "“{0}”不是有效的系统名称。", "请使用 2 至 64 个字母、数字、点、短横线或下划线，例如 mes-suzhou。");

    /// <summary>A key for longer than keys last.</summary>
    public static readonly FindingKind Days = new("access.days", Severity.Error,
        "A key lasts 1 to {0} days.", "Give a number of days; a new key is made before the old one runs out.",
        "密钥有效期为 1 至 {0} 天。", "请填写天数；旧密钥到期前请先签发新密钥。");

    /// <summary>A key narrowed to what its role may not.</summary>
    public static readonly FindingKind Only = new("access.only", Severity.Error,
        "The role {0} may not {1}.", "Narrow the key to deeds of its role, or choose another role.",
        "角色“{0}”无“{1}”权限。", "请在该角色的权限内限定密钥，或另选角色。");

    /// <summary>Nobody, or nothing, by that name.</summary>
    public static readonly FindingKind Unknown = new("access.unknown", Severity.Error,
        "There is no '{0}'.", "Look at the list: it may have been changed meanwhile.",
        "没有“{0}”。", "请查看列表：可能已被更改。");

    /// <summary>A password that is too short.</summary>
    public static readonly FindingKind Short = new("access.passwordShort", Severity.Error,
        "The password has fewer than {0} characters.", "Take a longer one: a sentence is easier to remember than signs.",
        "密码少于 {0} 个字符。", "请使用更长的密码：一句话比符号更易记。");

    /// <summary>A password that everybody guesses.</summary>
    public static readonly FindingKind Easy = new("access.passwordEasy", Severity.Error,
        "The password is easy to guess.", "It must not hold your name or the product's, or repeat a few characters.",
        "密码过于简单。", "不得包含姓名、用户名或产品名，也不得重复少数字符。");

    /// <summary>Two passwords that differ.</summary>
    public static readonly FindingKind Differ = new("access.passwordDiffer", Severity.Error,
        "The two passwords differ.", "Type the same one twice.",
        "两次输入的密码不一致。", "请输入相同的密码。");

    /// <summary>Not the present password.</summary>
    public static readonly FindingKind Present = new("access.passwordPresent", Severity.Error,
        "That is not your present password.", "Type it again; after five failures the account is closed for a quarter of an hour.",
        "当前密码不正确。", "请重新输入；连续失败五次后账户将锁定十五分钟。");

    /// <summary>Not the code that the app shows.</summary>
    public static readonly FindingKind Code = new("access.code", Severity.Error,
        "The code is not right, or was used before.", "Wait for the next code of the app, and check that the phone's clock is right.",
        "验证码不正确或已使用。", "请等待应用生成下一个验证码，并确认手机时间准确。");
}
