using Clew.Identification;

namespace Clew.Server.Labels;

/// <summary>What can be wrong with printing.</summary>
public static class PrintFindings
{
    /// <summary>The same label twice in one job.</summary>
    public static readonly FindingKind Twice = new("print.twice", Severity.Error,
        "'{0}' stands in the job more than once.", "Each unit has one label; a second one is printed as a reprint, with its reason.",
        "“{0}”在任务中出现多次。", "每个单件只有一张标签；再次打印须作为补打并注明原因。");

    /// <summary>No printer of that name.</summary>
    public static readonly FindingKind NoPrinter = new("print.noPrinter", Severity.Error,
        "There is no printer '{0}'.", "Ask an administrator to add it, or leave the printer out and print in the browser.",
        "没有打印机“{0}”。", "请管理员添加，或不指定打印机而在浏览器中打印。");

    /// <summary>The same request with another content.</summary>
    public static readonly FindingKind OtherJob = new("print.otherJob", Severity.Error,
        "A job '{0}' was made before with other labels.", "Give each job an id of its own.",
        "任务“{0}”此前已用于其他标签。", "请为每个任务使用独立的编号。");

    /// <summary>Not in this state.</summary>
    public static readonly FindingKind NotNow = new("print.notNow", Severity.Error,
        "Job {0} is {1}.", "Look how it stands: what is printing must end first, and what is confirmed is done.",
        "任务 {0} 当前状态为 {1}。", "请查看其状态：正在打印的须先结束，已确认的不可再改。");

    /// <summary>Nobody said where to go on.</summary>
    public static readonly FindingKind FromWhich = new("print.fromWhich", Severity.Error,
        "{0} labels were sent; which of them came out?", "Say from which label on to print: the first one that is not there.",
        "已发送 {0} 张标签；实际打印出多少张？", "请指定从哪一张开始：即第一张缺失的标签。");

    /// <summary>Somebody else was quicker.</summary>
    public static readonly FindingKind Attempt = new("print.attempt", Severity.Error,
        "Job {0} has been started {1} times, and you have seen {2}.", "Look how it stands now, at the labels as well; then go on from the first one that is missing. Give 'attempt' as the job's answer has it.",
        "任务 {0} 已启动 {1} 次，而您看到的是 {2} 次。", "请先查看任务现状和已打印的标签，再从第一张缺失的标签继续；attempt 取任务答复中的值。");

    /// <summary>A place that leaves a gap or prints what is confirmed.</summary>
    public static readonly FindingKind From = new("print.from", Severity.Error,
        "Printing cannot go on from label {0}.", "It can from label {1} to label {2}.",
        "无法从第 {0} 张标签继续打印。", "可从第 {1} 张至第 {2} 张继续。");

    /// <summary>A reprint without a reason.</summary>
    public static readonly FindingKind Reason = new("print.reason", Severity.Error,
        "Labels that were sent before would be printed again, and no reason is given.", "Say why, such as: paper jam, label 17 torn.",
        "将重复打印已发送的标签，但未说明原因。", "请说明原因，例如：卡纸，第 17 张破损。");

    /// <summary>Too many jobs at once.</summary>
    public static readonly FindingKind Busy = new("print.busy", Severity.Error,
        "Too many jobs wait for their printers.", "Try again when some are through.",
        "等待打印的任务过多。", "请稍后重试。");
}
