using System.Globalization;
using System.Reflection;
using Clew.Genealogy;
using Clew.Identification;
using Clew.Lifecycle;
using Clew.MasterData;

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
    public static readonly Word Tagline            = new("The life of every device, on record.", "每台器械的一生，均有据可查。");
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
    public static readonly Word SignInWrongRemedy  = new("Check both and try again; the administrator can set a new password.", "请核对后重试；管理员可重置密码。");
    public static readonly Word More               = new("Show more", "显示更多");
    public static readonly Word Beginning          = new("Back to the beginning", "返回开头");
    public static readonly Word Cancel             = new("Cancel", "取消");
    public static readonly Word ShowAll            = new("Show all", "查看全部");
    public static readonly Word NotSaid            = new("Not reported", "未上报");

    // What has changed since
    public static readonly Word WhatChanged        = new("What has changed since …", "此后有何变化……");
    public static readonly Word WhatChangedSince   = new("What has changed since then", "此后有何变化");
    public static readonly Word ChangedSince       = new("What has changed since:", "此后的变化：");
    public static readonly Word KnewThen           = new("As we knew it then", "当时所知");
    public static readonly Word KnowNow            = new("As we know it later", "后来所知");
    public static readonly Word ChangedBetween     = new("What the entries up to position {0} said, against what those up to position {1} say.", "截至位置 {0} 的记录所述，与截至位置 {1} 的记录所述之对比。");
    public static readonly Word NothingKnownThen   = new("Nothing had been recorded then.", "当时尚无任何记录。");
    public static readonly Word NothingChanged     = new("Nothing has changed.", "没有变化。");
    public static readonly Word NothingChangedMeans = new("Whoever asked then and whoever asks now gets the same answer.", "当时查询与现在查询，结果相同。");
    public static readonly Word StepsChanged       = new("Steps of its life", "生命周期步骤");
    public static readonly Word PartsChanged       = new("What it contains and is in", "包含与所属");
    public static readonly Word UnitsChanged       = new("Units", "单件");
    public static readonly Word ChangeWord         = new("Change", "变化");
    public static readonly Word ChangeCame         = new("new", "新增");
    public static readonly Word ChangeWent         = new("gone", "不再成立");
    public static readonly Word ChangeDiffers      = new("otherwise", "有变");
    public static readonly Word ChangesCut         = new("More than {0} changes; the first are shown.", "变化超过 {0} 项，仅显示前若干项。");

    // Evidence
    public static readonly Word EvidenceRules      = new("Required evidence", "证据要求");
    public static readonly Word EvidenceRulesMeans = new("A fact of such a kind must name these files. Whoever asks leave without them is refused; what is reported without them is recorded, and the sender is told what is missing.", "此类事实必须附有下列证据文件。缺少证据的申请将被拒绝；缺少证据的上报仍会记录，并告知发送方缺少什么。");
    public static readonly Word NoEvidenceRules    = new("No kind of fact is asked for evidence.", "尚未对任何事实提出证据要求。");
    public static readonly Word SetEvidenceRule    = new("Set the requirement", "设定要求");
    public static readonly Word SortsOfEvidence    = new("Sorts of evidence, with commas between; none takes the requirement away", "证据种类，以逗号分隔；留空表示取消要求");
    public static readonly Word HoldsSince         = new("In force since", "生效时间");

    // Care
    public static readonly Word CareTitle          = new("Patients", "患者");
    public static readonly Word CareMeans          = new("Personal data never enters the ledger: facts name a patient by a random reference, and what stands behind it lies here, sealed with a key of its own. That you look is on record.", "个人数据从不进入账本：事实中以随机编号指代患者，其资料以独立密钥加密保存在此。您的查看会留下记录。");
    public static readonly Word PatientReference   = new("Reference, as facts have it", "事实中的患者编号");
    public static readonly Word PatientKept        = new("Kept.", "已保存。");
    public static readonly Word PatientKeptMeans   = new("Name the person by this reference as a participant with the role 'patient'.", "请在事实的参与者中以角色 patient 填写此编号。");
    public static readonly Word PatientName        = new("Patient's name", "患者姓名");
    public static readonly Word PatientBorn        = new("Date of birth", "出生日期");
    public static readonly Word PatientContact     = new("How to reach the patient", "联系方式");
    public static readonly Word PatientNote        = new("Note", "备注");
    public static readonly Word KeepPatient        = new("Keep a record", "保存记录");
    public static readonly Word ErasePatient       = new("Erase this person", "清除此人资料");
    public static readonly Word ErasePatientMeans  = new("The key is destroyed: nobody can read the record again, not even from a backup. The device's life stays as it is, and every proof holds.", "密钥将被销毁：任何人都无法再读取该记录，从备份中也不能。器械的生命周期保持不变，所有证明依然有效。");
    public static readonly Word EraseNow           = new("Erase for good", "永久清除");

    // Proof
    public static readonly Word ProofTitle         = new("Proof", "证明");
    public static readonly Word ProofMeans         = new("Every entry is a leaf of one tree. What the tree was is signed, and cannot be made otherwise afterwards without anybody seeing it.", "每条记录都是同一棵哈希树的叶节点。树的状态经过签名，事后任何改动都会被发现。");
    public static readonly Word Verify             = new("Verify", "验证");
    public static readonly Word Back               = new("Back", "返回");
    public static readonly Word NothingToVerify    = new("There is nothing here to verify.", "没有可验证的内容。");
    public static readonly Word NothingToVerifyRemedy = new("Open a device, a lot or a recall, and press Verify there.", "请打开器械、批次或召回页面，点击“验证”。");
    public static readonly Word VerifiedWhole      = new("All {0} entries are as they were recorded.", "全部 {0} 条记录均与写入时一致。");
    public static readonly Word VerifiedWholeMeans = new("Nothing in them was altered, and none was put in afterwards: they lie under a root that the ledger's key has signed.", "内容未被改动，也没有事后插入：这些记录位于账本密钥签名的根哈希之下。");
    public static readonly Word VerifiedWrong      = new("The entry {0} is not what was recorded.", "记录 {0} 与写入时不一致。");
    public static readonly Word VerifiedWrongRemedy = new("Somebody altered the database. Do not rely on this page; tell whoever answers for the system.", "数据库被人改动。请勿依据本页面作出判断，并立即通知系统负责人。");
    public static readonly Word NotSignedYet       = new("There is no signature over these entries yet.", "这些记录尚未被签名覆盖。");
    public static readonly Word NotSignedYetRemedy = new("This server signs nothing, or the signer refuses; the administrator finds why on the proof page.", "本服务器不签名，或签名器拒绝签名；管理员可在证明页面查看原因。");
    public static readonly Word WhatWasChecked     = new("What was checked just now", "刚才核对了什么");
    public static readonly Word CheckBytes         = new("The bytes.", "字节。");
    public static readonly Word CheckBytesMeans    = new("Each entry was read from the disk and hashed again (SHA-256), exactly as it stands there.", "从磁盘读取每条记录，按原始字节重新计算哈希（SHA-256）。");
    public static readonly Word CheckTree          = new("Its place in the tree.", "在树中的位置。");
    public static readonly Word CheckTreeMeans     = new("From each hash a path of neighbours leads up to the root of the whole ledger. One changed letter would give another root.", "由每个哈希沿相邻节点逐级上推至整个账本的根哈希。改动一个字符就会得出不同的根。");
    public static readonly Word CheckSignature     = new("The signature under the root.", "根哈希的签名。");
    public static readonly Word CheckSignatureMeans = new("It was made with this key; compare it with the one that you were given by another way.", "由下列密钥作出；请与您从其他途径获得的公钥核对。");
    public static readonly Word CheckWitnesses     = new("Witnesses.", "见证方。");
    public static readonly Word NoWitnessSigned    = new("No witness has co-signed this checkpoint.", "尚无见证方会签此检查点。");
    public static readonly Word SignedAt           = new("Signed", "签名时间");
    public static readonly Word EntriesThen        = new("Entries in the ledger then", "当时账本记录数");
    public static readonly Word EntriesChecked     = new("Entries checked here", "本次核对记录数");
    public static readonly Word OnlyTheFirst       = new("(only the first; the pack holds all)", "（仅前若干条；证据包含全部）");
    public static readonly Word DoNotTrustUs       = new("Do not trust this page", "不必相信本页面");
    public static readonly Word DoNotTrustUsMeans  = new("A server that lies can also draw a green mark. Take the evidence away and check it on your own machine with clew-verify, which needs neither us nor a network.", "会说谎的服务器也能画出绿色标记。请下载证据，在自己的电脑上用 clew-verify 核验，无需依赖我们，也无需网络。");
    public static readonly Word TakePack           = new("Download the evidence pack", "下载证据包");
    public static readonly Word TakeProof          = new("Download the proof", "下载证明");
    public static readonly Word AuditWhole         = new("The self-audit has read the whole ledger and found every entry as it was.", "自检已通读整个账本，所有记录均与写入时一致。");
    public static readonly Word EntriesNow         = new("Entries", "记录数");
    public static readonly Word EntriesSigned      = new("Of these signed", "其中已签名");
    public static readonly Word AuditRounds        = new("Self-audit: rounds", "自检：轮次");
    public static readonly Word AuditNow           = new("Self-audit: this round", "自检：本轮进度");
    public static readonly Word ViewRounds         = new("Views told again: rounds", "视图重算：轮次");
    public static readonly Word ViewNow            = new("Views told again: this round", "视图重算：本轮进度");
    public static readonly Word Resting            = new("resting", "间歇中");
    public static readonly Word AuditTrail         = new("Audit trail", "审计追踪");
    public static readonly Word AuditTrailMeans    = new("Who did what, when, on what, from where and why: the entries themselves, the newest first. That you look here is an entry too.", "何人、何时、对何物、从何处、因何故做了什么：即账本记录本身，最新的在前。您的本次查看也会成为一条记录。");
    public static readonly Word AuditTrailTake     = new("Download as CSV", "下载 CSV");
    public static readonly Word AuditTrailNothing  = new("No entry fits.", "没有符合条件的记录。");
    public static readonly Word AuditTrailNothingYet = new("No entry fits in the stretch that was looked through.", "已查看的范围内没有符合条件的记录。");
    public static readonly Word LookOn             = new("Look on in earlier ones", "继续查看更早的记录");
    public static readonly Word Who                = new("Who", "何人");
    public static readonly Word What               = new("What", "何事");
    public static readonly Word OnWhat             = new("On what", "对象");
    public static readonly Word FromWhere          = new("From where", "来源");
    public static readonly Word RecordedOn         = new("Recorded", "记录时间");
    public static readonly Word RecordedFrom       = new("Recorded from", "记录时间起");
    public static readonly Word RecordedUntil      = new("Recorded until", "记录时间止");
    public static readonly Word Anything           = new("Anything", "不限");
    public static readonly Word Everything         = new("Show everything", "显示全部");
    public static readonly Word DocumentFrom       = new("Document {0} from {1}", "{1} 的文档 {0}");
    public static readonly Word EnteredHere        = new("Entered here", "本系统录入");
    public static readonly Word LedgerKey          = new("The ledger's verifier key", "账本验证公钥");
    public static readonly Word LedgerKeyMeans     = new("Hand it to auditors and partners by another way than the data.", "请通过数据以外的途径提供给审核员和合作伙伴。");
    public static readonly Word WitnessKey         = new("The key that co-signs others", "会签他方的公钥");
    public static readonly Word NoSigner           = new("This server does not sign. Another one may; otherwise start it with a key folder.", "本服务器不签名。可由另一台签名，否则请以密钥目录启动。");
    public static readonly Word CheckpointsTitle   = new("Checkpoints", "检查点");
    public static readonly Word NoCheckpoints      = new("Nothing was signed yet.", "尚未签名。");
    public static readonly Word Entries            = new("Entries", "记录数");
    public static readonly Word RootHash           = new("Root", "根哈希");
    public static readonly Word CoSigned           = new("Co-signed by", "会签方");
    public static readonly Word Stamped            = new("timestamped", "已加时间戳");
    public static readonly Word WitnessesTitle     = new("Witnesses", "见证方");
    public static readonly Word WitnessesMeans     = new("A witness signs only what continues that which it saw before. Whoever rewrites the ledger finds no witness.", "见证方只会签与其先前所见连续的内容。改写账本者得不到见证。");
    public static readonly Word Name               = new("Name", "名称");
    public static readonly Word Direction          = new("Direction", "方向");
    public static readonly Word SignsUs            = new("co-signs us", "会签本账本");
    public static readonly Word WeSign             = new("is co-signed by us", "由我们会签");
    public static readonly Word InOrder            = new("in order", "正常");

    // When something is not there
    public static readonly Word PageMissing        = new("There is no page at this address.", "此地址没有页面。");
    public static readonly Word PageMissingRemedy  = new("Look it up in the search field above, or go back to the home page.", "请使用上方搜索框查找，或返回首页。");
    public static readonly Word MayNot             = new("Your role does not allow this.", "您的角色无权进行此操作。");
    public static readonly Word MayNotRemedy       = new("If you need it for your work, ask the administrator for another role.", "如工作需要，请联系管理员调整角色。");
    public static readonly Word NotSignedIn        = new("You are not signed in.", "您尚未登录。");
    public static readonly Word Failed             = new("This could not be answered.", "未能完成此请求。");
    public static readonly Word FailedRemedy       = new("Try again. If it stays like this, give the administrator the number below.", "请重试；如仍失败，请将下方编号提供给管理员。");
    public static readonly Word TraceNumber        = new("Number", "编号");

    // Home
    public static readonly Word WhatToFind         = new("Which device, lot or case?", "要查哪台器械、哪个批次或哪个箱？");
    public static readonly Word SearchHint         = new("A scanned UDI, a bare serial or lot, its beginning, or a product's name.", "可输入扫描的 UDI、序列号或批号、其开头部分，或产品名称。");
    public static readonly Word OpenScan           = new("Open the scan page", "打开扫码页面");
    public static readonly Word OpenScanHint       = new("Check unit after unit: free to move, needs attention, or blocked.", "逐件核对：可放行、需注意或已阻止。");
    public static readonly Word OpenExceptions     = new("Open exceptions", "待处理异常");
    public static readonly Word RefusedDocuments   = new("Documents of which something was refused", "部分内容被拒收的文档");
    public static readonly Word NoOpenExceptions   = new("Nothing waits for you: every document went in whole.", "没有待处理事项：所有文档均已完整接收。");
    public static readonly Word LatestRecalls      = new("Latest recalls", "最近的召回");
    public static readonly Word NoRecalls          = new("There is no recall.", "目前没有召回。");
    public static readonly Word NoRecallsHint      = new("Trace a lot, a serial or a supplier first; from its scope a recall is opened.", "请先追溯批次、序列号或供应商，再据其范围启动召回。");
    public static readonly Word RecentlyRecorded   = new("Recently recorded", "最近记录");
    public static readonly Word NothingRecorded    = new("Nothing has been recorded yet.", "尚无任何记录。");
    public static readonly Word NothingRecordedHint = new("Facts come in over POST /capture, or with the demo company: ./clew demo.", "事实经 POST /capture 上报；也可用 ./clew demo 载入演示企业。");
    public static readonly Word Fact               = new("Fact", "事实");
    public static readonly Word Item               = new("Item", "对象");
    public static readonly Word HappenedAt         = new("Happened", "发生时间");
    public static readonly Word RecordedBy         = new("Recorded by", "记录人");
    public static readonly Word RecordedAt         = new("recorded {0}", "记录于 {0}");
    public static readonly Word AndMore            = new("and {0} more", "等另外 {0} 项");

    // Items and their lives
    public static readonly Word ResultsFor         = new("Results for “{0}”", "“{0}”的搜索结果");
    public static readonly Word NothingFound       = new("Nothing is found for “{0}”.", "没有找到“{0}”。");
    public static readonly Word NothingFoundRemedy = new("Check the text. A serial or lot is found by its beginning, letters as printed; a product by its name, model or code.", "请核对输入。序列号或批号可按开头查找（区分大小写）；产品可按名称、型号或代码查找。");
    public static readonly Word Products           = new("Products", "产品");
    public static readonly Word Items              = new("Items", "对象");
    public static readonly Word ProductName        = new("Product", "产品");
    public static readonly Word State              = new("State", "状态");
    public static readonly Word Place              = new("Place", "地点");
    public static readonly Word Holder             = new("Held by", "持有方");
    public static readonly Word BoundFor           = new("Bound for", "目的地");
    public static readonly Word Consignee          = new("Consignee", "收货方");
    public static readonly Word StandsSince        = new("Last step", "最近变动");
    public static readonly Word Certificate        = new("Certificate", "证书");
    public static readonly Word NoCertificate      = new("None is bound", "未绑定");
    public static readonly Word CertificateNumber  = new("Certificate", "证书编号");
    public static readonly Word Lot                = new("Lot", "批次");
    public static readonly Word Model              = new("Model", "型号");
    public static readonly Word Expires            = new("Use by", "有效期至");
    public static readonly Word Expired            = new("Expired", "已过期");
    public static readonly Word IdentityWord       = new("Identity", "标识");
    public static readonly Word TraceThis          = new("Trace it", "追溯");
    public static readonly Word LockOf             = new("Recall lock", "召回锁定");
    public static readonly Word HoldOf             = new("Containment hold", "遏制冻结");
    public static readonly Word Blocks             = new("Blocked: {0}.", "已禁止：{0}。");
    public static readonly Word FlagOnly           = new("It is with a patient: nothing is blocked, it is flagged for follow-up.", "该器械在患者体内：不禁止操作，仅标记以便随访。");
    public static readonly Word MissingPart        = new("No {0} was ever reported in it.", "从未上报其中装有{0}。");
    public static readonly Word MissingPartRemedy  = new("Every unit must have one, so a recall of that part cannot exclude this unit. Report which one it has.", "每台均应装有，因此召回该部件时不能排除本件。请补报所装部件。");
    public static readonly Word NothingKnownOf     = new("Nothing is known of “{0}”.", "没有“{0}”的任何记录。");
    public static readonly Word NothingKnownRemedy = new("Check the identity. If it is right, nobody has reported it yet, or your organisation never held it.", "请核对标识。如无误，则尚无人上报，或贵单位从未持有。");
    public static readonly Word Quantities         = new("Quantities", "数量");
    public static readonly Word Quantity           = new("Quantity", "数量");
    public static readonly Word InStock            = new("In stock", "现存");
    public static readonly Word NoMovements        = new("No quantity of this lot was reported.", "未上报该批次的数量。");
    public static readonly Word LiesThere          = new("Lies there", "现存于此");
    public static readonly Word Life               = new("Life", "生命历程");
    public static readonly Word NothingHappened    = new("Nothing had happened by then, as far as was known.", "就当时所知，尚未发生任何事件。");
    public static readonly Word Earlier            = new("Earlier", "更早");
    public static readonly Word Newest             = new("Back to the newest", "返回最新");
    public static readonly Word MadeOf             = new("Made of", "组成");
    public static readonly Word MadeOfNothing      = new("No part, lot or content was reported.", "未上报任何部件、批次或内装物。");
    public static readonly Word PartOf             = new("Part of, packed in", "所属整机与包装");
    public static readonly Word PartOfNothing      = new("It was in nothing else, as far as is known.", "就目前所知，未装入其他对象。");
    public static readonly Word Contents           = new("Contents", "内装物");
    public static readonly Word TreeCut            = new("Only the first {0} are shown; trace it to count them all.", "仅显示前 {0} 项；请使用追溯查看全部数量。");
    public static readonly Word Since              = new("since {0}", "自 {0}");
    public static readonly Word Until              = new("until {0}", "至 {0}");
    public static readonly Word FromUntil          = new("{0} until {1}", "{0} 至 {1}");
    public static readonly Word Unexpected         = new("Unexpected", "异常");
    public static readonly Word TakenBack          = new("Taken back by a correction", "已被更正撤回");
    public static readonly Word NotKnownBefore     = new("Not known before", "此前未知");
    public static readonly Word InWhole            = new("In", "所在整机");
    public static readonly Word InContainer        = new("In", "所在包装");
    public static readonly Word Case               = new("Case", "案件");
    public static readonly Word Evidence           = new("Evidence", "证据");
    public static readonly Word Entry              = new("Entry", "账本条目");
    public static readonly Word At                 = new("At", "地点");
    public static readonly Word From               = new("From", "来自");
    public static readonly Word To                 = new("To", "发往");
    public static readonly Word Version            = new("Version", "版本");
    public static readonly Word Reason             = new("Reason", "原因");
    public static readonly Word By                 = new("With", "参与者");
    public static readonly Word Documents          = new("Documents", "单据");

    // The two questions about the past
    public static readonly Word AsOfNow            = new("As of now · look at another day", "当前状态 · 查看其他时点");
    public static readonly Word AsOfThen           = new("As of an earlier moment", "查看的是历史时点");
    public static readonly Word KnownAt            = new("What we knew at", "当时已知（记录时间）");
    public static readonly Word HappenedBy         = new("What had happened by", "当时已发生（发生时间）");
    public static readonly Word KnownPosition      = new("Counts entries up to {0}.", "计入条目至 {0}。");
    public static readonly Word Show               = new("Show", "查看");
    public static readonly Word BackToNow          = new("Back to now", "返回当前");

    // Scanning
    public static readonly Word ScanBox            = new("Scan here", "在此扫码");
    public static readonly Word ScanFor            = new("What is to be done", "拟进行的操作");
    public static readonly Word ScanOnly           = new("Only look", "仅查看");
    public static readonly Word ScanReady          = new("Ready", "就绪");
    public static readonly Word ScanReadyHint      = new("Scan a label, or type a serial and press Enter.", "请扫描标签，或输入序列号后按回车。");
    public static readonly Word ScanFailed         = new("No answer", "未获应答");
    public static readonly Word ScanFailedRemedy   = new("The server could not be reached: this unit has not been checked. Scan it again.", "无法连接服务器：本件尚未核对，请重新扫描。");
    public static readonly Word Check              = new("Check", "核对");
    public static readonly Word GoOn               = new("Free", "可放行");
    public static readonly Word LookAtIt           = new("Needs attention", "需注意");
    public static readonly Word Stop               = new("Blocked", "禁止");
    public static readonly Word NotKnown           = new("Not known", "未知");
    public static readonly Word WhichOne           = new("Which one?", "是哪一件？");
    public static readonly Word WhichOneHint       = new("More than one item goes by this: scan the whole label.", "有多个对象与此相符，请扫描完整标签。");
    public static readonly Word ExpiredOn          = new("Past its last day of use, {0}.", "已过有效期（{0}）。");
    public static readonly Word LifeEnded          = new("Its life has ended: {0}.", "生命周期已终止：{0}。");
    public static readonly Word DoesNotFollow      = new("It is “{0}”: “{1}” does not follow from there.", "当前为“{0}”，不能进行“{1}”。");
    public static readonly Word Session            = new("This session", "本次扫描");
    public static readonly Word SessionEmpty       = new("What you scan is listed here until you leave the page.", "离开本页前，扫描结果会列在此处。");
    public static readonly Word Parts              = new("Parts", "部件");
    public static readonly Word LastStepUnexpected = new("The rules did not expect its last step; its page says why.", "其最近一步不符合规则，详见其页面。");

    // What is this?
    public static readonly Word WhatIsThis         = new("What is this?", "这是什么？");
    public static readonly Word WhatIsThisHint     = new("Scan or paste any code of a medical device: GS1, HIBC, ISBT 128, PPN, MA, AHM, a web address. Nothing is trimmed and nothing is guessed.", "扫描或粘贴任何医疗器械代码：GS1、HIBC、ISBT 128、PPN、MA、AHM 或网址。系统不删除、不猜测任何字符。");
    public static readonly Word CodeField          = new("Code", "代码");
    public static readonly Word SecondCodeField    = new("Second symbol of the same label, if there is one", "同一标签上的第二个符号（如有）");
    public static readonly Word AgencyAndSyntax    = new("Agency: {0} · Syntax: {1}", "发码机构：{0} · 语法：{1}");
    public static readonly Word WhatToNote         = new("What to note", "需注意之处");
    public static readonly Word WhatItSays         = new("What it says", "代码内容");
    public static readonly Word ElementKey         = new("Key", "标识符");
    public static readonly Word ElementName        = new("Element", "要素");
    public static readonly Word ElementValue       = new("Value", "值");
    public static readonly Word CanonicalForm      = new("In its canonical form", "规范写法");
    public static readonly Word AsAddress          = new("As an address", "网址写法");
    public static readonly Word NoMasterData       = new("Our master data does not hold this product.", "主数据中没有此产品。");
    public static readonly Word NoRegulatorsRecord = new("No regulator's record of it has been imported.", "尚未导入其监管机构记录。");
    public static readonly Word RecordWithoutVersion = new("Record {0} of {2}; imported {3}.", "记录 {0}（{2}）；导入于 {3}。");
    public static readonly Word RecordOf           = new("Record {0}, version {1} of {2}; imported {3}.", "记录 {0}，版本 {1}（{2}）；导入于 {3}。");
    public static readonly Word UnitsInside        = new("of {0}", "内含 {0} 件");
    public static readonly Word ForPeople          = new("As printed for people (HRI)", "供人识读（HRI）");
    public static readonly Word AsEpc              = new("As an EPC URN", "EPC URN 写法");
    public static readonly Word ReadNamesNothing   = new("It can be read, and names no thing", "可以读取，但未指明任何对象");
    public static readonly Word CannotRead         = new("Cannot be used as it is", "不能照此使用");
    public static readonly Word WhatIsWrongWithIt  = new("What is wrong with this code?", "此代码有何问题？");

    // Scanners
    public static readonly Word ScannersTitle      = new("Scanners", "扫描器");
    public static readonly Word TestCard           = new("Card of test symbols", "测试卡");
    public static readonly Word TestCardHint       = new("Print this page, or scan from the screen. Choose the symbol below, put the cursor into the box and scan it.", "请打印本页，或直接在屏幕上扫描。在下方选择符号，将光标置于输入框内后扫描。");
    public static readonly Word TestScanner        = new("Try a scanner", "测试扫描器");
    public static readonly Word SymbolField        = new("Symbol", "符号");
    public static readonly Word CameIn             = new("Came in:", "收到：");
    public static readonly Word Expected           = new("Expected:", "应为：");
    public static readonly Word ScannerIsRight     = new("The scanner needs no profile.", "此扫描器无需配置。");
    public static readonly Word SeparatorLost      = new("The separator (FNC1) is lost, and nothing here can put it back: set the scanner to transmit FNC1 as GS or as a sign of its own.", "分隔符（FNC1）丢失，系统无法补回：请设置扫描器将 FNC1 作为 GS 或自定字符发送。");
    public static readonly Word SeparatorIs        = new("It sends “{0}” in place of the separator: the profile turns it back.", "以“{0}”代替分隔符：配置会将其还原。");
    public static readonly Word PrefixIs           = new("It puts “{0}” in front: the profile takes it off.", "在前面加上“{0}”：配置会将其去除。");
    public static readonly Word SuffixIs           = new("It puts “{0}” behind: the profile takes it off.", "在后面加上“{0}”：配置会将其去除。");
    public static readonly Word FullWidthIs        = new("A Chinese input method makes full-width letters of it: the profile folds them; better, switch the input method off.", "中文输入法将其变为全角字符：配置会转为半角；最好关闭输入法。");
    public static readonly Word AimIsOn            = new("It sends the AIM identifier: symbols are told apart for certain.", "会发送 AIM 标识符：可准确区分码制。");
    public static readonly Word AimIsOff           = new("It sends no AIM identifier. Switching it on lets us tell symbols apart for certain.", "不发送 AIM 标识符。开启后可准确区分码制。");
    public static readonly Word OtherCharacter     = new("Character {0} is “{1}” and should be another. No profile mends that: give the scanner the keyboard layout of this computer.", "第 {0} 个字符为“{1}”，与应有字符不符。配置无法修正：请将扫描器的键盘布局设为与本机一致。");
    public static readonly Word CutShort           = new("It ends after {0} characters: something is cut off. Switch off whatever trims in the scanner.", "在第 {0} 个字符后中断：内容被截断。请关闭扫描器中的删减功能。");
    public static readonly Word ScannerName        = new("Name of the profile", "配置名称");
    public static readonly Word SaveScanner        = new("Keep as a profile", "保存为配置");
    public static readonly Word RemoveScanner      = new("Remove", "删除");
    public static readonly Word NoScanners         = new("No profile yet: scanners that send GS and nothing else need none.", "尚无配置：只发送 GS 且不附加字符的扫描器无需配置。");
    public static readonly Word TooManyScanners    = new("There are too many profiles. Remove one first.", "配置过多，请先删除一个。");
    public static readonly Word SeparatorSetting   = new("Separator", "分隔符");
    public static readonly Word PrefixSetting      = new("Prefix", "前缀");
    public static readonly Word SuffixSetting      = new("Suffix", "后缀");
    public static readonly Word FoldsSetting       = new("Folds full width", "全角转半角");
    public static readonly Word Yes                = new("yes", "是");
    public static readonly Word No                 = new("no", "否");
    public static readonly Word ScannerOfStation   = new("Scanner of this station:", "本工位扫描器：");
    public static readonly Word NoProfile          = new("no profile", "无配置");

    // Scopes
    public static readonly Word TraceOf            = new("Trace of {0}", "{0} 的追溯");
    public static readonly Word WhatIsSought       = new("What is sought", "追溯条件");
    public static readonly Word TraceHint          = new("Give a lot, serials, a product with its dates of making, or a supplier: you see which devices contain it now, contained it before or cannot be excluded, where they are and why.", "输入批次、序列号、产品及生产日期或供应商，即可查看哪些器械现含、曾含或不能排除，以及所在地点与原因。");
    public static readonly Word LotsField          = new("Lots", "批次");
    public static readonly Word SerialsField       = new("Serials", "序列号");
    public static readonly Word ProductsField      = new("Product (code or model)", "产品（代码或型号）");
    public static readonly Word MadeFromField      = new("Made from", "生产日期自");
    public static readonly Word MadeUntilField     = new("Made before", "生产日期早于");
    public static readonly Word SupplierField      = new("Supplier of a part", "部件供应商");
    public static readonly Word OpenRecallOf       = new("Open a recall of this …", "据此启动召回……");
    public static readonly Word Sets               = new("Sets of the scope", "范围集合");
    public static readonly Word EverContained      = new("Ever contained it", "曾经含有（合计）");
    public static readonly Word LooseParts         = new("Besides, {0} loose parts contain it that are in no device.", "另有 {0} 个未装入器械的部件含有该物。");
    public static readonly Word ScopeEmpty         = new("No unit contains it, contained it or is in doubt.", "没有现含、曾含或存疑的单件。");
    public static readonly Word ScopeEmptyRemedy   = new("Check the identity. If it is right, nobody has reported it being built in.", "请核对标识。如无误，则尚无人上报其装入记录。");
    public static readonly Word Picture            = new("Where it went", "流向图");
    public static readonly Word PictureTitle       = new("Flow from what is sought to the devices and their places; the tables below say the same.", "从追溯对象到器械及其地点的流向；下方表格内容相同。");
    public static readonly Word BuildRecordsOnly   = new("Build records alone would be wrong", "仅凭生产记录会出错");
    public static readonly Word BuildRecordsHint   = new("A recall from build records misses what was fitted in service, and stops devices from which the part was taken out since.", "仅凭生产记录召回，会漏掉维修中装入的器械，并误停部件已被拆除的器械。");
    public static readonly Word BuiltIn            = new("In it when made", "生产时已装入");
    public static readonly Word FittedLater        = new("Fitted in service: would be missed", "维修中装入：会被遗漏");
    public static readonly Word TakenOut           = new("Taken out since: would be stopped for nothing", "后已拆除：会被误停");
    public static readonly Word Ended              = new("Scrapped or used up since", "已报废或用尽");
    public static readonly Word ByPlace            = new("By place and holder", "按地点与持有方");
    public static readonly Word Sum                = new("Sum", "合计");
    public static readonly Word PartsRow           = new("Loose parts, besides", "另有散装部件");
    public static readonly Word OtherPlaces        = new("{0} other places", "其他 {0} 处");
    public static readonly Word OtherPlacesIn      = new("with {0} places not shown", "含未列出的 {0} 处");
    public static readonly Word UnitsOf            = new("Units: {0}", "单件：{0}");
    public static readonly Word AllSets            = new("all", "全部");
    public static readonly Word Set                = new("Set", "集合");
    public static readonly Word Because            = new("Why", "原因（路径）");
    public static readonly Word NotReportedPart    = new("Not reported", "未上报部件");
    public static readonly Word MissingInside      = new("A part inside it was never reported.", "内部有部件从未上报。");
    public static readonly Word ChooseUnit         = new("Choose", "选择");
    public static readonly Word ContainsNow        = new("Contain it now", "现含");
    public static readonly Word ContainedBefore    = new("Contained it before", "曾含");
    public static readonly Word CannotExclude      = new("Cannot be excluded", "不能排除");

    // Recalls
    public static readonly Word OpenRecall         = new("Open a recall", "启动召回");
    public static readonly Word OpenRecallHint     = new("Opening records the case and what it is about. Nothing is locked yet: next you look at the scope, freeze it, and lock.", "启动后仅记录案件及其范围条件，尚不锁定；之后请核对范围、冻结存档，再行锁定。");
    public static readonly Word CaseNumber         = new("Number of the case", "案件编号");
    public static readonly Word Concerns           = new("Concerns", "涉及");
    public static readonly Word Opened             = new("Opened", "启动");
    public static readonly Word ScopeFrozenAt      = new("Scope frozen", "范围冻结");
    public static readonly Word LockedAt           = new("Locked", "锁定");
    public static readonly Word NotYet             = new("Not yet", "尚未");
    public static readonly Word FrozenList         = new("Frozen list", "冻结清单");
    public static readonly Word FrozenCounts       = new("{0} devices and loose parts contain it, {1} cannot be excluded, {2} contained it before.", "器械及散装部件现含 {0}，不能排除 {1}，曾含 {2}。");
    public static readonly Word Download           = new("Download", "下载");
    public static readonly Word ScopeAsFrozen      = new("Scope as it was known then", "按当时所知查看范围");
    public static readonly Word Freeze             = new("Freeze the scope …", "冻结范围……");
    public static readonly Word FreezeAgain        = new("Freeze it again …", "重新冻结……");
    public static readonly Word FreezeNow          = new("Freeze", "冻结");
    public static readonly Word FreezeSure         = new("Freeze the scope of {0} as it stands now?", "按当前状态冻结案件 {0} 的范围？");
    public static readonly Word FreezeMeans        = new("The whole list becomes a file of evidence, and its SHA-256 a fact that cannot be taken out. Nothing is blocked by it.", "整份清单将成为证据文件，其 SHA-256 写入不可删除的事实。此操作不禁止任何流转。");
    public static readonly Word Lock               = new("Lock …", "锁定……");
    public static readonly Word LockNow            = new("Lock all of it", "全部锁定");
    public static readonly Word LockSure           = new("Lock everything in the scope of {0}?", "锁定案件 {0} 范围内的全部单件？");
    public static readonly Word LockMeans          = new("Every unit that contains it, wherever it is, is stopped at once, and so is whatever turns up later; what cannot be excluded is put under a containment hold. Shipping, installing, releasing and use are refused until you release a unit.", "所有含有该物的单件，无论在何处，均立即停止流转；之后出现的同样受限；不能排除的进入遏制冻结。在解除之前，发运、安装、放行和使用均被拒绝。");
    public static readonly Word LockNeedsFreeze    = new("Locking needs a frozen scope.", "锁定前须先冻结范围。");
    public static readonly Word LockCatches        = new("What turns up later with it inside is caught by the lock.", "之后出现的含有该物的单件会自动被锁定。");
    public static readonly Word HoldDoubted        = new("Hold what came into doubt", "冻结新增的不能排除单件");
    public static readonly Word HoldSure           = new("Hold all units of {0} that came into doubt since the lock?", "冻结案件 {0} 锁定之后新增的不能排除的单件？");
    public static readonly Word HoldMeans          = new("Units whose parts were never reported cannot be excluded. Those that are under no hold yet are put under a containment hold.", "从未报告部件的单件不能排除。其中尚未受限的将进入遏制冻结。");
    public static readonly Word HoldNow            = new("Hold them", "立即冻结");
    public static readonly Word ReleaseReason      = new("Why they are released", "解除原因");
    public static readonly Word ReleaseLock        = new("Release the chosen from the lock", "解除所选单件的锁定");
    public static readonly Word ReleaseHold        = new("Release the chosen from the hold", "解除所选单件的冻结");
    public static readonly Word ReleaseHint        = new("To release units, choose one of the sets above.", "如需解除，请先在上方选择一个集合。");
    public static readonly Word NoCase             = new("There is no case “{0}”.", "没有案件“{0}”。");
    public static readonly Word NoCaseRemedy       = new("Check the number, or open the case.", "请核对编号，或启动案件。");
    public static readonly Word NoCriterion        = new("This case does not say what it is about.", "该案件未说明范围条件。");
    public static readonly Word CaseOpen           = new("Open", "已启动");
    public static readonly Word CaseFrozen         = new("Scope frozen", "范围已冻结");
    public static readonly Word CaseLocked         = new("Locked", "已锁定");
    public static readonly Word CaseCounts         = new("{0} units contain it, {1} cannot be excluded", "现含 {0} 件，{1} 件不能排除");

    // Exceptions
    public static readonly Word RefusedHint        = new("Their bytes are kept as they arrived. Open one to correct it and send it again; a system sends its corrected form to POST /capture?mends=….", "其字节按原样保存。打开文档即可更正并重新提交；系统可将更正后的文档发送至 POST /capture?mends=…。");
    public static readonly Word DocumentNumber     = new("Document {0}", "文档 {0}");
    public static readonly Word WhereInIt          = new("Where in it", "位置");
    public static readonly Word HowToMend          = new("How to mend it", "如何更正");
    public static readonly Word CorrectIt          = new("Correct it and send it again", "更正并重新提交");
    public static readonly Word CorrectHint        = new("What arrived stays as it is; what you send is kept beside it, in your name. All of it goes in, or nothing.", "原始内容保持不变；您提交的内容以您的名义另行保存。要么全部接收，要么全部不接收。");
    public static readonly Word OnlyRefusedShown   = new("Only the facts that were refused are shown: the others are recorded. All of what you send goes in, or nothing, and it is kept in your name.", "仅显示被拒收的内容，其余已记录。您提交的内容以您的名义保存，要么全部接收，要么全部不接收。");
    public static readonly Word CorrectedText      = new("Corrected", "更正后的内容");
    public static readonly Word SendCorrected      = new("Send the corrected form", "提交更正");
    public static readonly Word NotByHand          = new("It cannot be corrected here: it is too long, no text, or cannot be taken apart. Correct it where it came from and send it to POST /capture?mends={0}.", "内容过长、不是文本或无法拆分，不能在此更正。请在来源处更正后发送至 POST /capture?mends={0}。");
    public static readonly Word ShowMended         = new("Also those that were mended", "包括已更正的");
    public static readonly Word ShowOpen           = new("Only the open ones", "仅待处理");
    public static readonly Word Document           = new("Document", "文档");
    public static readonly Word Sender             = new("Sender", "发送方");
    public static readonly Word Received           = new("Received", "接收时间");
    public static readonly Word RefusedOf          = new("{0} of {1} refused", "{1} 项中拒收 {0} 项");
    public static readonly Word WhatIsWrong        = new("What is wrong", "问题");
    public static readonly Word AsItArrived        = new("As it arrived", "原始字节");
    public static readonly Word MendedBy           = new("Mended by {0}", "已由文档 {0} 更正");
    public static readonly Word IrregularSteps     = new("Steps that the rules did not expect", "不符合规则的步骤");
    public static readonly Word IrregularHint      = new("They were recorded as reported. When a late message explains one, it leaves this list by itself.", "均已按上报记录。迟到的消息若能解释某一步，该步将自动移出此清单。");
    public static readonly Word NoIrregular        = new("Every step so far is as the rules expect.", "目前所有步骤均符合规则。");

    // Labels
    public static readonly Word Labels             = new("Labels", "标签");
    public static readonly Word NewLabels          = new("Print labels", "打印标签");
    public static readonly Word LabelTemplateName  = new("Template", "模板");
    public static readonly Word PrinterName        = new("Printer", "打印机");
    public static readonly Word InBrowser          = new("In the browser", "在浏览器中打印");
    public static readonly Word OneALine           = new("One identifier a line", "每行一个标识");
    public static readonly Word JobId              = new("Your name for the job", "任务名称");
    public static readonly Word MakeJob            = new("Make the job", "建立任务");
    public static readonly Word PrintJobNumber     = new("Print job {0}", "打印任务 {0}");
    public static readonly Word NoLabels           = new("Nothing was printed yet.", "尚未打印任何标签。");
    public static readonly Word NoLabelsHint       = new("A job takes identifiers with their serials and prints each once.", "任务接收带序列号的标识，每张标签只打印一次。");
    public static readonly Word LabelsSent         = new("{0} of {1} sent", "已发送 {0} / {1}");
    public static readonly Word LabelsConfirmed    = new("{0} confirmed", "已确认 {0}");
    public static readonly Word StartPrinting      = new("Print", "开始打印");
    public static readonly Word PrintAgainFrom     = new("First label that is missing", "第一张缺失的标签");
    public static readonly Word GoOnPrinting       = new("Go on from there", "从此处继续");
    public static readonly Word AllThere           = new("All {0} labels are there", "{0} 张标签均已打印");
    public static readonly Word Reprints           = new("Printed again", "补打记录");
    public static readonly Word LabelNumber        = new("Label", "序号");
    public static readonly Word BrowserHint        = new("Print this page with the printer of your computer, at 100 %, without margins; then say that all labels are there.", "请用本机打印机按 100% 比例、无边距打印本页，然后确认标签齐全。");
    public static readonly Word StateWaiting       = new("Waiting", "等待");
    public static readonly Word StatePrinting      = new("Printing", "打印中");
    public static readonly Word StateStopped       = new("Stopped", "已中断");
    public static readonly Word StateSent          = new("Sent, not confirmed", "已发送，待确认");
    public static readonly Word StateConfirmed     = new("Confirmed", "已确认");
    public static readonly Word Preview            = new("Preview", "预览");
    public static readonly Word Printers           = new("Printers", "打印机");
    public static readonly Word NoPrinters         = new("There is no printer yet.", "尚无打印机。");
    public static readonly Word NoPrintersHint     = new("Labels can be printed in the browser without one.", "没有打印机时可在浏览器中打印标签。");
    public static readonly Word KeepPrinter        = new("Keep a printer", "保存打印机");
    public static readonly Word HostField          = new("Host", "主机");
    public static readonly Word PortField          = new("Port", "端口");
    public static readonly Word DotsField          = new("Dots per millimetre", "每毫米点数");
    public static readonly Word FontField          = new("Font", "字体");
    public static readonly Word Change             = new("Change", "修改");
    public static readonly Word PrinterHint        = new("A printer that takes ZPL II. A printer of the same name is changed. For Chinese text name a font file in the printer that has it, such as E:CJK.TTF.", "支持 ZPL II 的打印机；同名打印机将被修改。打印中文须指定打印机中含中文的字体文件，例如 E:CJK.TTF。");

    // Serial numbers
    public static readonly Word Numbering          = new("Serials", "序列号");
    public static readonly Word RuleCalled         = new("Rule {0}", "规则 {0}");
    public static readonly Word NoRules            = new("There is no numbering rule yet.", "尚无编号规则。");
    public static readonly Word NoRulesHint        = new("A master data steward makes one for each product, or for a family of products.", "由主数据专员为每个产品或产品系列建立。");
    public static readonly Word NewRule            = new("Make a rule", "新建规则");
    public static readonly Word AllRules           = new("All rules", "全部规则");
    public static readonly Word RuleField          = new("Rule", "规则");
    public static readonly Word PatternField       = new("Pattern", "模式");
    public static readonly Word PatternHint        = new("# is a place of the number, ? its check character; everything else stands as it is. With a check character the alphabet has an even number of characters. A rule never changes, for its numbers are on devices.", "# 为数字位，? 为校验字符，其余照原样。使用校验字符时，字符集的字符个数须为偶数。规则建立后不可更改，因其编号已印在器械上。");
    public static readonly Word AlphabetField      = new("Alphabet", "字符集");
    public static readonly Word FirstField         = new("First number", "起始编号");
    public static readonly Word RangeCountField    = new("How many numbers", "编号数量");
    public static readonly Word OrderField         = new("Order", "次序");
    public static readonly Word OrderRising        = new("one after the other", "依次递增");
    public static readonly Word OrderRandom        = new("random, cannot be guessed", "随机，不可预测");
    public static readonly Word RangeField         = new("Range", "号段");
    public static readonly Word RangeFromTo        = new("{0} to {1}", "{0} 至 {1}");
    public static readonly Word IssuedField        = new("Given out", "已分配");
    public static readonly Word IssuedOf           = new("{0}, {1} left", "{0}，剩余 {1}");
    public static readonly Word ExampleField       = new("First of the range", "号段首个");
    public static readonly Word TakeSerials        = new("Take serials", "领取序列号");
    public static readonly Word CountField         = new("How many", "数量");
    public static readonly Word SerialsTaken       = new("{0} serials that nobody else gets", "{0} 个序列号，不会再分配他人");
    public static readonly Word Stretches          = new("What was given out", "分配记录");
    public static readonly Word NoStretches        = new("Nothing was given out yet.", "尚未分配。");
    public static readonly Word StretchField       = new("Places in the order", "次序位置");
    public static readonly Word PassedOver         = new("({0} were in use already and passed over)", "（另有 {0} 个已被使用，已跳过）");
    public static readonly Word RecordedShort      = new("When, and the request", "时间及请求");
    // EPCIS
    public static readonly Word Epcis              = new("EPCIS", "EPCIS 校验");
    public static readonly Word EpcisHint          = new("Paste a document to see what would become of it: what is wrong and where, what each event means here, its hash, and the other representation. Nothing is kept.", "粘贴文档即可查看结果：问题及其位置、每个事件在本系统中的含义、事件哈希以及另一种表示形式。不会保存任何内容。");
    public static readonly Word EpcisDocument      = new("Document: JSON-LD or XML, EPCIS 2.0 or 1.x", "文档：JSON-LD 或 XML，EPCIS 2.0 或 1.x");
    public static readonly Word EpcisFile          = new("Or a file", "或选择文件");
    public static readonly Word EpcisTry           = new("Try it", "试一试");
    public static readonly Word EpcisTaken         = new("Would be taken: {0} events", "可被接收：{0} 个事件");
    public static readonly Word EpcisRefused       = new("Would be refused", "将被拒收");
    public static readonly Word EpcisRefusedOne    = new("Refused", "拒收");
    public static readonly Word EpcisValid         = new("valid by the standard", "符合标准");
    public static readonly Word EpcisInvalid       = new("not valid by the standard", "不符合标准");
    public static readonly Word EpcisWhole         = new("The document", "文档");
    public static readonly Word EpcisHash          = new("Event hash (CBV 2.0)", "事件哈希（CBV 2.0）");
    public static readonly Word EpcisPosition      = new("Position and event id", "位置与事件标识");
    public static readonly Word EpcisAsXml         = new("The same as XML 2.0", "等价的 XML 2.0");
    public static readonly Word EpcisAsJson        = new("The same as JSON-LD 2.0", "等价的 JSON-LD 2.0");
    public static readonly Word When               = new("When", "时间");
    public static readonly Word EventsFound        = new("Records", "记录");

    // People, keys and what they may
    public static readonly Word MyAccount          = new("My account", "我的账户");
    public static readonly Word NoAccount          = new("A system has no account.", "系统没有账户。");
    public static readonly Word NoAccountHint      = new("Its keys are on the page of keys.", "其密钥在密钥页面管理。");
    public static readonly Word SecondFactor       = new("Second factor", "双重验证");
    public static readonly Word Code               = new("Code", "验证码");
    public static readonly Word CodeHint           = new("Type the six digits that your authenticator app shows, or a code that you printed for a lost phone.", "请输入身份验证应用显示的六位数字，或为手机丢失而打印的恢复码。");
    public static readonly Word SetPassword        = new("Set a password", "设置密码");
    public static readonly Word SetPasswordHint    = new("For {0}: at least {1} characters. A sentence is easiest to remember.", "用户 {0}：至少 {1} 个字符，一句话最易记住。");
    public static readonly Word PasswordHint       = new("At least {0} characters. Your other sessions end.", "至少 {0} 个字符。修改后其他会话将结束。");
    public static readonly Word LinkGone           = new("This link is good no longer.", "此链接已失效。");
    public static readonly Word LinkGoneHint       = new("It was used, or has run out. Ask an administrator for another.", "链接已被使用或已过期，请向管理员索取新链接。");
    public static readonly Word NewPassword        = new("New password", "新密码");
    public static readonly Word OnceMore           = new("Once more", "再次输入");
    public static readonly Word PresentPassword    = new("Present password", "当前密码");
    public static readonly Word ChangePassword     = new("Change password", "修改密码");
    public static readonly Word RecoveryCodes      = new("Codes for a lost phone", "恢复码");
    public static readonly Word RecoveryCodesHint  = new("Print them or keep them in a safe place: they are shown only now, and each is good once.", "请打印或妥善保存：仅显示这一次，每个恢复码只能使用一次。");
    public static readonly Word RoleField          = new("Role", "角色");
    public static readonly Word Organisation       = new("Organisation", "机构");
    public static readonly Word WhatItMay          = new("What it may", "权限说明");
    public static readonly Word SecondFactorOn     = new("It is on: a code is asked for at every sign-in. {0} codes for a lost phone are left.", "已启用：每次登录均需验证码。剩余 {0} 个恢复码。");
    public static readonly Word SecondFactorOff    = new("It is off. Scan this with an authenticator app, then type the code that it shows.", "未启用。请用身份验证应用扫描此码，再输入其显示的验证码。");
    public static readonly Word OtpKeyHint         = new("Or type this key into the app:", "或在应用中手动输入密钥：");
    public static readonly Word TurnOn             = new("Turn on", "启用");
    public static readonly Word TurnOff            = new("Turn off", "停用");
    public static readonly Word On                 = new("On", "已启用");
    public static readonly Word Off                = new("Off", "未启用");
    public static readonly Word Kept               = new("Done.", "已完成。");
    public static readonly Word SignedInAt         = new("Signed in at", "登录位置");
    public static readonly Word BrowserField       = new("Browser", "浏览器");
    public static readonly Word AddressField       = new("Address", "地址");
    public static readonly Word Begun              = new("Since", "开始时间");
    public static readonly Word LastSeen           = new("Last seen", "最近活动");
    public static readonly Word ThisSession        = new("this one", "当前会话");
    public static readonly Word End                = new("End", "结束");
    public static readonly Word EndOthers          = new("End all others", "结束其他会话");
    public static readonly Word EndAll             = new("End all", "结束全部");
    public static readonly Word NowhereIn          = new("Signed in nowhere.", "当前未登录。");
    public static readonly Word PeopleTitle        = new("People", "人员");
    public static readonly Word KeysTitle          = new("Keys", "密钥");
    public static readonly Word RolesTitle         = new("Roles", "角色");
    public static readonly Word RolesHint          = new("Who may do what. What is not marked is not allowed.", "谁可以做什么。未标记即不允许。");
    public static readonly Word CalledField        = new("Name", "姓名");
    public static readonly Word CalledEn           = new("Name (English)", "姓名（英文）");
    public static readonly Word CalledZh           = new("Name (Chinese)", "姓名（中文）");
    public static readonly Word LastIn             = new("Last in", "最近登录");
    public static readonly Word NeverIn            = new("Never", "从未登录");
    public static readonly Word NeverSet           = new("No password yet", "尚未设置密码");
    public static readonly Word KeptOut            = new("Kept out", "已停用");
    public static readonly Word AddPerson          = new("Add a person", "添加人员");
    public static readonly Word AddPersonHint      = new("You get a link for them with which they set their own password. An outside role needs its organisation.", "您将得到一个链接，供其自行设置密码。外部角色须填写机构。");
    public static readonly Word ReasonField        = new("Reason", "原因");
    public static readonly Word LinkMade           = new("A link for {0}", "{0} 的链接");
    public static readonly Word LinkMadeHint       = new("Hand it over by a way that only they read. It is good once, for {0} hours, and shown only now.", "请通过仅本人可见的方式转交。仅可使用一次，{0} 小时内有效，且只显示这一次。");
    public static readonly Word NobodyOfThatName   = new("There is nobody called {0}.", "没有名为 {0} 的人员。");
    public static readonly Word AddedAt            = new("Added", "添加时间");
    public static readonly Word NotOneself         = new("Nobody changes their own rights: another administrator does.", "任何人都不能更改自己的权限：须由另一位管理员操作。");
    public static readonly Word Rights             = new("Rights", "权限");
    public static readonly Word KeepOut            = new("Keep out: may not sign in, and is signed out at once", "停用：不得登录，并立即退出");
    public static readonly Word LostPassword       = new("Lost password", "忘记密码");
    public static readonly Word NewLink            = new("Make a link", "生成链接");
    public static readonly Word PhoneLost          = new("The phone is lost as well: take the second factor away", "手机也已丢失：取消双重验证");
    public static readonly Word SystemField        = new("System", "系统");
    public static readonly Word Made               = new("Made", "签发时间");
    public static readonly Word RunsOut            = new("Runs out", "到期");
    public static readonly Word NeverEnds          = new("never", "永不到期");
    public static readonly Word LastUsed           = new("Last used", "最近使用");
    public static readonly Word NeverUsed          = new("Never", "从未使用");
    public static readonly Word Withdrawn          = new("Withdrawn", "已撤销");
    public static readonly Word Withdraw           = new("Withdraw", "撤销");
    public static readonly Word NoKeys             = new("No system has a key.", "尚无系统密钥。");
    public static readonly Word NoKeysHint         = new("Make one for each system that reports or asks: a name of its own makes the record say which it was.", "请为每个上报或查询的系统单独签发，以便记录中能区分来源。");
    public static readonly Word MakeKey            = new("Make a key", "签发密钥");
    public static readonly Word KeyMade            = new("The key is shown only now.", "密钥仅显示这一次。");
    public static readonly Word KeyMadeHint        = new("Put it where the system keeps its secrets. Only its hash is kept here. When it works, withdraw the one before.", "请存入系统的密钥库。此处仅保存其哈希值。确认可用后，请撤销旧密钥。");
    public static readonly Word DaysField          = new("Days that it lasts", "有效天数");
    public static readonly Word OnlyField          = new("Only for", "仅限于");
    public static readonly Word OnlyHint           = new("Nothing chosen: all that its role may.", "未选择：角色的全部权限。");
    public static readonly Word OnlyDeeds          = new("only {0}", "仅限 {0}");
    public static readonly Word Sees               = new("Sees", "可见范围");
    public static readonly Word SeesOwn            = new("What its organisation holds or held", "本机构持有或曾持有的单件");
    public static readonly Word SeesAll            = new("Everything", "全部");
    public static readonly Word Yours              = new("Yours", "您的角色");
    public static readonly Word Sign               = new("Sign", "签名");
    public static readonly Word NothingToSign      = new("There is nothing to sign.", "没有可签署的记录。");
    public static readonly Word NothingToSignHint  = new("Records are chosen on the page of a device or a recall; only people sign.", "请在器械或召回页面选择记录；仅个人可以签名。");
    public static readonly Word RecordsToSign      = new("What is signed", "签署内容");
    public static readonly Word IPutMyNameTo       = new("I put my name to", "本人签署");
    public static readonly Word Comment            = new("Comment", "说明");
    public static readonly Word SignFirst          = new("First signature of this session: name, password and, if it is on, the code of the app. Your printed name, the time and the meaning become part of the record for ever.", "本会话首次签名：请输入用户名、密码，启用双重验证时还需验证码。您的姓名、时间与签名含义将永久成为记录的一部分。");
    public static readonly Word SignAgain          = new("Your password makes it your signature: printed name, time and meaning become part of the record for ever.", "输入密码即为签名：您的姓名、时间与签名含义将永久成为记录的一部分。");
    public static readonly Word SignatureVoid      = new("Void: the record is not the one that was signed.", "签名无效：记录与签署时不一致。");
    public static readonly Word SignDecisions      = new("Sign its decisions", "签署其决定");
#pragma warning restore IDE0055, CS1591
    // @formatter:on

    private static readonly Word[] Granularities = [new("", ""), new("product", "产品"), new("lot", "批次"), new("unit", "单件"), new("case or pallet", "包装单元"), new("place", "地点"), new("party", "机构")];

    private static readonly Word[] Natures = [new("", ""), new("part", "部件"), new("packed", "装箱"), new("own lot", "所属批次"), new("made from", "原料")];

    private static readonly Dictionary<Role, Word> AsWhat = new()
    {
        [Role.Whole] = new("as the whole", "作为整机"),
        [Role.Part] = new("as the part", "作为部件"),
        [Role.Container] = new("as the container", "作为包装"),
        [Role.Content] = new("as the content", "作为内装物"),
        [Role.Input] = new("as an input", "作为原料"),
        [Role.Inside] = new("in its container", "随包装"),
        [Role.Above] = new("a part inside changed", "内部部件变动"),
        [Role.Caught] = new("caught by the criterion", "由范围条件捕获"),
    };

    // In a list beside the step; the whole sentence, with the item in it, is on the item's page.
    private static readonly Dictionary<Irregularity, Word> Marks = new()
    {
        [Irregularity.OutOfTurn] = new("out of turn", "步骤次序不符"),
        [Irregularity.UnknownUnit] = new("unit not known before", "单件此前未知"),
        [Irregularity.UnderHold] = new("under a hold", "处于冻结中"),
        [Irregularity.Expired] = new("past its last day of use", "已过有效期"),
        [Irregularity.NoCertificate] = new("no certificate", "未绑定证书"),
        [Irregularity.SecondCertificate] = new("second certificate", "重复绑定证书"),
        [Irregularity.TwoWholes] = new("in two wholes at once", "同时装入两台整机"),
        [Irregularity.NotInside] = new("was not inside", "并未装入"),
        [Irregularity.Cycle] = new("inside itself", "包含自身"),
        [Irregularity.AfterTheEnd] = new("after the end of its life", "生命周期终止之后"),
        [Irregularity.NotHeld] = new("not under that hold", "未受该冻结约束"),
        [Irregularity.UnknownParty] = new("party not described", "机构无主数据"),
        [Irregularity.UnknownPlace] = new("place not described", "地点无主数据"),
        [Irregularity.UnknownProduct] = new("product not described", "产品无主数据"),
    };

    private static readonly Dictionary<string, Word> Outcomes = new(StringComparer.Ordinal)
    {
        ["pass"] = new("passed", "合格"),
        ["fail"] = new("failed", "不合格"),
        ["rework"] = new("rework", "返工"),
        ["restock"] = new("restock", "重新入库"),
        ["refurbish"] = new("refurbish", "翻新"),
        ["retire"] = new("retire", "退役"),
        ["destroy"] = new("destroy", "销毁"),
        ["scrap"] = new("scrap", "报废"),
        ["concession"] = new("concession", "让步接收"),
        ["return"] = new("return to supplier", "退货"),
    };

    // In the order of the enumeration.
    private static readonly Word[] Deeds =
        [new("Report", "上报"), new("Describe", "维护主数据"), new("Correct", "更正"), new("Recall", "召回"), new("Look", "查看"), new("Trace", "追溯"), new("Export", "导出"), new("Label", "打印标签"), new("Inspect", "检查"), new("Care", "患者数据"), new("Sign", "签名"), new("Administer", "管理")];

    private static readonly Word[] RegulatorRoles =
        [new("the product itself", "产品本身"), new("a package of it", "其包装"), new("a unit of use", "使用单元"), new("marked on the device", "本体标识"), new("by another agency", "其他机构编码"), new("its former code", "曾用编码")];

    /// <summary>What a code is to a regulator's record.</summary>
    public static Word Of(RegulatorRole role) => RegulatorRoles[(int)role];

    /// <summary>What an identity names.</summary>
    public static Word Granularity(Granularity granularity) => Granularities[(int)granularity];

    /// <summary>In which way one item is in another.</summary>
    public static Word Of(Nature nature) => Natures[(int)nature];

    /// <summary>What somebody may do.</summary>
    public static Word Of(Clew.Access.Deed deed) => Deeds[(int)deed];

    /// <summary>A set of a scope.</summary>
    public static Word Of(Recall.ScopeSet set) => set switch { Recall.ScopeSet.Now => ContainsNow, Recall.ScopeSet.Before => ContainedBefore, _ => CannotExclude };

    /// <summary>As what an item took part; nothing when the fact was about it.</summary>
    public static Word? Of(Role role) => AsWhat.GetValueOrDefault(role);

    /// <summary>What the rules did not expect, in few words.</summary>
    public static Word Of(Irregularity irregularity) => Marks[irregularity];

    /// <summary>How it came out; a sender's own word stays as it is.</summary>
    public static string Outcome(string word) => Outcomes.TryGetValue(word, out var known) ? known : word;

    /// <summary>Every word with its name.</summary>
    public static IReadOnlyList<(string Name, Word Word)> All { get; } =
    [
        .. typeof(Words).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.FieldType == typeof(Word)).Select(f => (f.Name, (Word)f.GetValue(null)!)),
        .. RegulatorRoles.Concat(Deeds).Concat(Granularities.Skip(1)).Concat(Natures.Skip(1)).Concat(AsWhat.Values).Concat(Marks.Values).Concat(Outcomes.Values).Select(w => (w.En, w)),
    ];
}
