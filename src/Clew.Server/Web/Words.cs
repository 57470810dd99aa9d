using System.Globalization;
using System.Reflection;

namespace Clew.Server.Web;

/// <summary>What a page says, in both languages. Written into a page it stands in the reader's.</summary>
public sealed record Word(string En, string Zh)
{
    /// <summary>Whether the reader reads Chinese.</summary>
    public static bool IsChinese => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh";

    /// <summary>With what stands in its places <c>{0}</c>, <c>{1}</c>…; numbers in groups of three.</summary>
    public string With(params object?[] what) =>
        string.Format(CultureInfo.InvariantCulture, ToString(), Array.ConvertAll(what, w => w is int or long ? string.Format(CultureInfo.InvariantCulture, "{0:N0}", w) : w));

    /// <inheritdoc/>
    public override string ToString() => IsChinese ? Zh : En;

    /// <summary>In the reader's language.</summary>
    public static implicit operator string(Word word) => word.ToString();
}

/// <summary>
/// The words of the pages (TABLE). A word that a page uses and that is not here does not compile; a test sees to it that each is
/// there in both languages and takes the same arguments in both. Stages, kinds, roles and findings have their names in the
/// kernel's tables.
/// </summary>
public static class Words
{
    // @formatter:off
#pragma warning disable IDE0055, CS1591
    // The house
    public static readonly Word Product            = new("Clew", "溯线");
    public static readonly Word Tagline            = new("The life of every device, on record.", "每台器械的一生,均有据可查。");
    public static readonly Word SkipToContent      = new("Skip to content", "跳到正文");
    public static readonly Word Home               = new("Home", "首页");
    public static readonly Word Scan               = new("Scan", "扫码");
    public static readonly Word Trace              = new("Trace", "追溯");
    public static readonly Word Recalls            = new("Recalls", "召回");
    public static readonly Word Exceptions         = new("Exceptions", "异常");
    public static readonly Word MainNavigation     = new("Main", "主导航");
    public static readonly Word SearchOrScan       = new("Search or scan a serial, lot, case or UDI", "搜索或扫描序列号、批号、箱号或 UDI");
    public static readonly Word Search             = new("Search", "搜索");
    public static readonly Word OtherLanguage      = new("中文", "English");
    public static readonly Word Account            = new("Account", "账户");
    public static readonly Word SignIn             = new("Sign in", "登录");
    public static readonly Word SignOut            = new("Sign out", "退出登录");
    public static readonly Word UserName           = new("User name", "用户名");
    public static readonly Word Password           = new("Password", "密码");
    public static readonly Word SignInWrong        = new("This name and password do not belong together.", "用户名或密码不正确。");
    public static readonly Word SignInWrongRemedy  = new("Check both and try again; the administrator can set a new password.", "请核对后重试;管理员可重置密码。");
    public static readonly Word Loading            = new("Asking …", "查询中……");
    public static readonly Word More               = new("Show more", "显示更多");
    public static readonly Word Beginning          = new("Back to the beginning", "返回开头");
    public static readonly Word Cancel             = new("Cancel", "取消");
    public static readonly Word ShowAll            = new("Show all", "查看全部");
    public static readonly Word None               = new("None", "无");
    public static readonly Word NotSaid            = new("Not reported", "未上报");

    // When something is not there
    public static readonly Word PageMissing        = new("There is no page at this address.", "此地址没有页面。");
    public static readonly Word PageMissingRemedy  = new("Look it up in the search field above, or go back to the home page.", "请使用上方搜索框查找,或返回首页。");
    public static readonly Word MayNot             = new("Your role does not allow this.", "您的角色无权进行此操作。");
    public static readonly Word MayNotRemedy       = new("If you need it for your work, ask the administrator for another role.", "如工作需要,请联系管理员调整角色。");
    public static readonly Word NotSignedIn        = new("You are not signed in.", "您尚未登录。");
    public static readonly Word Failed             = new("This could not be answered.", "未能完成此请求。");
    public static readonly Word FailedRemedy       = new("Try again. If it stays like this, give the administrator the number below.", "请重试;如仍失败,请将下方编号提供给管理员。");
    public static readonly Word TraceNumber        = new("Number", "编号");

    // Home
    public static readonly Word Greeting           = new("Good day, {0}", "{0},您好");
    public static readonly Word WhatToFind         = new("Which device, lot or case?", "要查哪台器械、哪个批次或哪个箱?");
    public static readonly Word SearchHint         = new("A scanned UDI, a bare serial or lot, its beginning, or a product's name.", "可输入扫描的 UDI、序列号或批号、其开头部分,或产品名称。");
    public static readonly Word OpenScan           = new("Open the scan page", "打开扫码页面");
    public static readonly Word OpenScanHint       = new("Check unit after unit: free to move, needs attention, or blocked.", "逐件核对:可放行、需注意或已阻止。");
    public static readonly Word OpenExceptions     = new("Open exceptions", "待处理异常");
    public static readonly Word RefusedDocuments   = new("Documents of which something was refused", "部分内容被拒收的文档");
    public static readonly Word NoOpenExceptions   = new("Nothing waits for you: every document went in whole.", "没有待处理事项:所有文档均已完整接收。");
    public static readonly Word LatestRecalls      = new("Latest recalls", "最近的召回");
    public static readonly Word NoRecalls          = new("There is no recall.", "目前没有召回。");
    public static readonly Word NoRecallsHint      = new("Trace a lot, a serial or a supplier first; from its scope a recall is opened.", "请先追溯批次、序列号或供应商,再据其范围启动召回。");
    public static readonly Word RecentlyRecorded   = new("Recently recorded", "最近记录");
    public static readonly Word NothingRecorded    = new("Nothing has been recorded yet.", "尚无任何记录。");
    public static readonly Word NothingRecordedHint = new("Facts come in over POST /capture, or with the demo company: ./clew demo.", "事实经 POST /capture 上报;也可用 ./clew demo 载入演示企业。");
    public static readonly Word TraceBox           = new("Trace a lot or a serial", "追溯批次或序列号");
    public static readonly Word ItemsCount         = new("{0} items", "{0} 项");
    public static readonly Word Fact               = new("Fact", "事实");
    public static readonly Word Item               = new("Item", "对象");
    public static readonly Word HappenedAt         = new("Happened", "发生时间");
    public static readonly Word RecordedBy         = new("Recorded by", "记录人");
    public static readonly Word RecordedAt         = new("recorded {0}", "记录于 {0}");
    public static readonly Word AndMore            = new("and {0} more", "等另外 {0} 项");

    // Recalls
    public static readonly Word CaseOpen           = new("Open", "已启动");
    public static readonly Word CaseFrozen         = new("Scope frozen", "范围已冻结");
    public static readonly Word CaseLocked         = new("Locked", "已锁定");
    public static readonly Word CaseCounts         = new("{0} contain it now, {1} cannot be excluded", "现含 {0} 台,{1} 台不能排除");
#pragma warning restore IDE0055, CS1591
    // @formatter:on

    /// <summary>Every word with its name.</summary>
    public static IReadOnlyList<(string Name, Word Word)> All { get; } =
        [.. typeof(Words).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.FieldType == typeof(Word)).Select(f => (f.Name, (Word)f.GetValue(null)!))];
}
