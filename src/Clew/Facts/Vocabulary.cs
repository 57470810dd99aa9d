using System.Collections.Frozen;
using System.Reflection;
using static Clew.Facts.Family;
using static Clew.Facts.LotEffect;
using static Clew.Facts.Required;
using static Clew.Facts.Whereabouts;

namespace Clew.Facts;

/// <summary>
/// Everything that can be said: the table word ↔ kind. Printed as <c>docs/reference/facts.md</c>.
/// </summary>
/// <remarks>
/// A word never changes its meaning; a new meaning is a new word. Codes MFG…AUD are those of the lifecycle model that was
/// derived from the regulations of China, the United States and the European Union; a dash marks what the model does not
/// name but the work needs: a part taken out again, a case unpacked, a certificate bound.
/// </remarks>
public static class Vocabulary
{
    // @formatter:off
#pragma warning disable IDE0055, SA1025, CS1591 // the table is aligned by hand, and its names are its words

    //                                                     nr  word                          code      family        rank needs                       whereabouts lot     CBV step                   English                       中文
    public static readonly Kind ProductDescribed      = new(100, "productDescribed",          "-",      Family.MasterData, 10, Describes,                 Keeps,   None,  "other",                  "Product described",          "产品主数据");
    public static readonly Kind PartyDescribed        = new(101, "partyDescribed",            "-",      Family.MasterData, 10, Describes,                 Keeps,   None,  "other",                  "Party described",            "机构主数据");
    public static readonly Kind PlaceDescribed        = new(102, "placeDescribed",            "-",      Family.MasterData, 12, Describes,                 Keeps,   None,  "other",                  "Place described",            "地点主数据");
    public static readonly Kind VocabularyDescribed   = new(103, "vocabularyDescribed",       "-",      Family.MasterData, 14, Nothing,                   Keeps,   None,  "other",                  "Vocabulary described",       "词汇主数据");
    public static readonly Kind EvidenceRequired      = new(104, "evidenceRequired",          "-",      Family.MasterData, 16, Nothing,                   Keeps,   None,  "other",                  "Evidence required",          "证据要求");

    public static readonly Kind SerialAllocated       = new(  1, "serialAllocated",           "MFG-01", Production,   20, Items,                     At,      None,  "commissioning",          "Serial allocated",           "分配序列号");
    public static readonly Kind ProductionStarted     = new(  2, "productionStarted",         "MFG-02", Production,   22, Items,                     At,      None,  "creating_class_instance", "Production started",        "开始生产");
    public static readonly Kind ProcessStepCompleted  = new(  3, "processStepCompleted",      "MFG-04", Production,   34, Items,                     At,      None,  "assembling",             "Process step completed",     "工序完成");
    public static readonly Kind SterilisationCompleted = new( 4, "sterilisationCompleted",    "MFG-05", Production,   34, Items,                     At,      None,  "other",                  "Sterilised",                 "灭菌");
    public static readonly Kind SoftwareLoaded        = new(  5, "softwareLoaded",            "MFG-06", Production,   34, Items,                     At,      None,  "encoding",               "Software loaded",            "软件装载");
    public static readonly Kind LabelVerified         = new(  7, "labelVerified",             "MFG-08", Production,   36, Items,                     At,      None,  "inspecting",             "UDI label verified",         "UDI 标签核验");
    public static readonly Kind ProductionCompleted   = new(  8, "productionCompleted",       "MFG-10", Production,   38, Items,                     At,      Adds,  "inspecting",             "Production completed",       "生产完成");

    public static readonly Kind ComponentRemoved      = new( 16, "componentRemoved",          "-",      Family.Genealogy, 28, Items | Parent,            At,      Adds,  "removing",               "Component removed",          "拆下部件");
    public static readonly Kind Transformed           = new( 17, "transformed",               "-",      Family.Genealogy, 30, Items,                     At,      Adds,  "creating_class_instance", "Made from other lots",      "投料转化");
    public static readonly Kind ComponentFitted       = new( 15, "componentFitted",           "MFG-03", Family.Genealogy, 32, Items | Parent,            At,      Takes, "assembling",             "Component fitted",           "装入部件");

    public static readonly Kind Inspected             = new(  6, "inspected",                 "MFG-07", Quality,      36, Items | Required.Outcome,     At,      None,  "inspecting",             "Inspected",                  "检验") { Outcomes = ["pass", "fail"] };
    public static readonly Kind NonconformityRaised   = new(  9, "nonconformityRaised",       "MFG-11", Quality,      37, Items,                     At,      None,  "inspecting",             "Nonconformity raised",       "提出不合格");
    public static readonly Kind NonconformityDispositioned = new(10, "nonconformityDispositioned", "MFG-12", Quality, 37, Items | Required.Outcome,     At,      None,  "inspecting",             "Nonconformity dispositioned", "不合格处置") { Outcomes = ["rework", "concession", "scrap", "return"] };
    public static readonly Kind ReworkCompleted       = new( 11, "reworkCompleted",           "MFG-13", Quality,      38, Items,                     At,      None,  "repairing",              "Rework completed",           "返工完成");
    public static readonly Kind CertificateBound      = new( 12, "certificateBound",          "-",      Quality,      40, Items | Required.Certificate, Keeps,   None,  "inspecting",             "Certificate bound",          "绑定证书");
    public static readonly Kind ProductReleased       = new( 13, "productReleased",           "MFG-14", Quality,      42, Items,                     At,      None,  "inspecting",             "Product released",           "产品放行");
    public static readonly Kind UdiDataSubmitted      = new( 14, "udiDataSubmitted",          "MFG-16", Quality,      44, Items,                     Keeps,   None,  "other",                  "UDI data submitted",         "UDI 数据提交");

    public static readonly Kind Unpacked              = new( 19, "unpacked",                  "-",      Packing,      26, Parent,                    At,      Adds,  "unpacking",              "Unpacked",                   "拆包");
    public static readonly Kind Packed                = new( 18, "packed",                    "MFG-09", Packing,      46, Items | Parent,            At,      Takes, "packing",                "Packed",                     "装箱");

    public static readonly Kind SaleRecorded          = new( 29, "saleRecorded",              "DST-04", Outbound,     48, Items,                     Keeps,   None,  "retail_selling",         "Sale recorded",              "销售记录");
    public static readonly Kind Shipped               = new( 20, "shipped",                   "DST-01", Outbound,     50, Items | To,                Departs, Takes, "shipping",               "Shipped",                    "出库发运");
    public static readonly Kind TransferShipped       = new( 21, "transferShipped",           "DST-07", Outbound,     50, Items | To,                Departs, Takes, "shipping",               "Shipped as transfer",        "转让发运");
    public static readonly Kind ReturnShipped         = new( 22, "returnShipped",             "DST-08", Outbound,     50, Items | To,                Departs, Takes, "shipping",               "Shipped as return",          "退回发运");

    public static readonly Kind Transported           = new( 23, "transported",               "-",      Transport,    52, Items,                     Keeps,   None,  "transporting",           "Transport leg",              "运输节点");
    public static readonly Kind EnvironmentExcursion  = new( 24, "environmentExcursion",      "DST-05", Transport,    52, Items,                     Keeps,   None,  "sensor_reporting",       "Environment out of limits",  "环境超限");

    public static readonly Kind Received              = new( 25, "received",                  "DST-02", Inbound,      54, Items | Place,             Arrives, Adds,  "receiving",              "Received",                   "入库接收");
    public static readonly Kind ReturnReceived        = new( 26, "returnReceived",            "DST-09", Inbound,      54, Items | Place,             Arrives, Adds,  "receiving",              "Return received",            "退货接收");
    public static readonly Kind ReturnInspected       = new( 27, "returnInspected",           "DST-10", Inbound,      56, Items | Required.Outcome,     At,      None,  "inspecting",             "Return inspected",           "退货检验") { Outcomes = ["restock", "refurbish", "retire", "destroy"] };
    public static readonly Kind Moved                 = new( 28, "moved",                     "DST-03", Inbound,      58, Items | Place,             At,      Moves, "storing",                "Moved",                      "移库");
    public static readonly Kind Relabelled            = new( 30, "relabelled",                "DST-06", Packing,      47, Items,                     At,      None,  "repackaging",            "Relabelled",                 "重新贴标");

    public static readonly Kind Installed             = new( 40, "installed",                 "USE-01", Installation, 60, Items | Place,             At,      None,  "installing",             "Installed",                  "安装");
    public static readonly Kind AcceptancePassed      = new( 41, "acceptancePassed",          "USE-02", Installation, 62, Items,                     At,      None,  "inspecting",             "Acceptance passed",          "验收合格");
    public static readonly Kind AcceptanceFailed      = new( 42, "acceptanceFailed",          "USE-03", Installation, 62, Items,                     At,      None,  "inspecting",             "Acceptance failed",          "验收不合格");
    public static readonly Kind PlacedInService       = new( 43, "placedInService",           "USE-04", Installation, 64, Items,                     At,      None,  "other",                  "Placed in service",          "投入使用");

    public static readonly Kind UseRecorded           = new( 44, "useRecorded",               "USE-05", Use,          66, Items,                     At,      None,  "other",                  "Use recorded",               "使用记录");
    public static readonly Kind Reprocessed           = new( 45, "reprocessed",               "USE-06", Use,          66, Items,                     At,      None,  "other",                  "Reprocessed",                "再处理");
    public static readonly Kind SingleUseConsumed     = new( 46, "singleUseConsumed",         "USE-07", Use,          66, Items,                     At,      Takes, "dispensing",             "Single use done",            "一次性使用");
    public static readonly Kind Implanted             = new( 47, "implanted",                 "USE-08", Use,          66, Items,                     At,      Takes, "installing",             "Implanted",                  "植入");
    public static readonly Kind ImplantCardIssued     = new( 48, "implantCardIssued",         "USE-09", Use,          67, Items,                     Keeps,   None,  "other",                  "Implant card issued",        "发放植入卡");
    public static readonly Kind PatientContactUpdated = new( 49, "patientContactUpdated",     "USE-10", Use,          67, Items,                     Keeps,   None,  "other",                  "Patient contact updated",    "患者联系更新");
    public static readonly Kind Explanted             = new( 50, "explanted",                 "USE-11", Use,          68, Items,                     At,      None,  "removing",               "Explanted",                  "取出");
    public static readonly Kind PatientDeathRecorded  = new( 51, "patientDeathRecorded",      "USE-12", Use,          68, Items,                     Keeps,   None,  "other",                  "Patient death recorded",     "患者死亡记录");

    public static readonly Kind ServiceStarted        = new( 60, "serviceStarted",            "SVC-01", Maintenance,  24, Items,                     At,      None,  "repairing",              "Service started",            "开始维护");
    public static readonly Kind ServiceCompleted      = new( 61, "serviceCompleted",          "SVC-02", Maintenance,  68, Items | Required.Outcome,     At,      None,  "repairing",              "Service completed",          "维护完成") { Outcomes = ["pass", "fail"] };
    public static readonly Kind SoftwareUpdated       = new( 63, "softwareUpdated",           "SVC-04", Maintenance,  35, Items,                     At,      None,  "encoding",               "Software updated",           "软件更新");
    public static readonly Kind UseSuspended          = new( 64, "useSuspended",              "SVC-05", Maintenance,  69, Items,                     At,      None,  "holding",                "Use suspended",              "暂停使用");
    public static readonly Kind ReturnedToService     = new( 65, "returnedToService",         "SVC-06", Maintenance,  69, Items,                     At,      None,  "other",                  "Returned to service",        "恢复使用");
    public static readonly Kind Calibrated            = new( 62, "calibrated",                "SVC-03", Verification, 36, Items | Required.Outcome,     At,      None,  "inspecting",             "Calibrated",                 "检定校准") { Outcomes = ["pass", "fail"] };

    public static readonly Kind LossReported          = new( 31, "lossReported",              "DST-11", Scrap,        71, Items,                     Keeps,   Takes, "other",                  "Loss reported",              "报失");
    public static readonly Kind FoundRecovered        = new( 32, "foundRecovered",            "DST-12", Scrap,        71, Items | Place,             At,      Adds,  "stock_taking",           "Found again",                "找回");
    public static readonly Kind Retired               = new( 66, "retired",                   "SVC-07", Scrap,        70, Items,                     At,      None,  "decommissioning",        "Retired",                    "退役");
    public static readonly Kind Scrapped              = new( 67, "scrapped",                  "MFG-15", Scrap,        72, Items,                     At,      Takes, "destroying",             "Scrapped",                   "报废");
    public static readonly Kind Destroyed             = new( 68, "destroyed",                 "SVC-08", Scrap,        74, Items,                     At,      Takes, "destroying",             "Destroyed",                  "销毁");

    public static readonly Kind ComplaintReceived     = new( 70, "complaintReceived",         "VIG-01", Vigilance,    80, Items,                     Keeps,   None,  "other",                  "Complaint received",         "收到投诉");
    public static readonly Kind AdverseEventRecorded  = new( 71, "adverseEventRecorded",      "VIG-02", Vigilance,    80, Items,                     Keeps,   None,  "other",                  "Adverse event recorded",     "不良事件记录");
    public static readonly Kind AdverseEventReported  = new( 72, "adverseEventReported",      "VIG-03", Vigilance,    80, Items,                     Keeps,   None,  "other",                  "Adverse event reported",     "不良事件上报");
    public static readonly Kind InvestigationCompleted = new(73, "investigationCompleted",    "VIG-04", Vigilance,    80, Items,                     Keeps,   None,  "other",                  "Investigation completed",    "调查完成");

    public static readonly Kind RecallOpened          = new( 82, "recallOpened",              "-",      Family.Recall, 84, Case,                     Keeps,   None,  "other",                  "Recall opened",              "启动召回");
    public static readonly Kind RecallScopeFrozen     = new( 83, "recallScopeFrozen",         "RCL-03", Family.Recall, 85, Case | Required.Criterion,   Keeps,   None,  "other",                  "Recall scope frozen",        "召回范围冻结");
    public static readonly Kind ContainmentHoldPlaced = new( 80, "containmentHoldPlaced",     "RCL-01", Family.Recall, 86, Case,                     Keeps,   None,  "holding",                "Containment hold placed",    "遏制冻结");
    public static readonly Kind HoldReleased          = new( 81, "holdReleased",              "RCL-02", Family.Recall, 88, Case | Items,             Keeps,   None,  "other",                  "Hold released",              "解除冻结");
    public static readonly Kind RecallLockPlaced      = new( 84, "recallLockPlaced",          "RCL-04", Family.Recall, 87, Case,                     Keeps,   None,  "holding",                "Recall lock placed",         "召回锁定");
    public static readonly Kind RecallLockReleased    = new( 85, "recallLockReleased",        "RCL-11", Family.Recall, 89, Case | Items,             Keeps,   None,  "other",                  "Recall lock released",       "解除召回锁定");
    public static readonly Kind RecallNoticeSent      = new( 86, "recallNoticeSent",          "RCL-05", Family.Recall, 90, Case,                     Keeps,   None,  "other",                  "Recall notice sent",         "发出召回通知");
    public static readonly Kind RecallNoticeAcknowledged = new(87, "recallNoticeAcknowledged", "RCL-06", Family.Recall, 90, Case,                    Keeps,   None,  "other",                  "Recall notice acknowledged", "召回通知确认");
    public static readonly Kind RecallUnitAccounted   = new( 88, "recallUnitAccounted",       "RCL-07", Family.Recall, 90, Case | Items,             Keeps,   None,  "stock_taking",           "Recalled unit accounted for", "召回单件核销");
    public static readonly Kind FieldCorrectionPerformed = new(89, "fieldCorrectionPerformed", "RCL-08", Family.Recall, 90, Case | Items,            Keeps,   None,  "repairing",              "Field correction performed", "现场纠正");
    public static readonly Kind PatientNotified       = new( 90, "patientNotified",           "RCL-09", Family.Recall, 90, Case | Items,             Keeps,   None,  "other",                  "Patient notified",           "通知患者");
    public static readonly Kind EffectivenessChecked  = new( 91, "effectivenessChecked",      "RCL-10", Family.Recall, 90, Case,                     Keeps,   None,  "inspecting",             "Effectiveness checked",      "有效性核查");

    public static readonly Kind Corrected             = new(110, "corrected",                 "AUD-01", Audit,        95, Required.Corrects,            Keeps,   None,  "other",                  "Record corrected",           "记录更正");
    public static readonly Kind EvidenceAttached      = new(111, "evidenceAttached",          "AUD-02", Audit,        95, Items,                     Keeps,   None,  "other",                  "Evidence attached",          "附加证据");
    public static readonly Kind TrackingAuditPerformed = new(112, "trackingAuditPerformed",   "AUD-03", Audit,        95, Items,                     Keeps,   None,  "stock_taking",           "Tracking audit performed",   "追溯审核");
    public static readonly Kind RecordExported        = new(113, "recordExported",            "AUD-04", Audit,        95, Nothing,                   Keeps,   None,  "other",                  "Record exported",            "记录导出");
    public static readonly Kind TrackingDataMissing   = new(114, "trackingDataMissing",       "AUD-05", Audit,        95, Items,                     Keeps,   None,  "other",                  "Tracking data missing",      "追溯数据缺失");
    public static readonly Kind Observed              = new(115, "observed",                  "-",      Audit,        94, Nothing,                   Keeps,   None,  "other",                  "Observed",                   "观察记录");
    public static readonly Kind LedgerKeyDeclared     = new(116, "ledgerKeyDeclared",         "-",      Audit,        96, Nothing,                   Keeps,   None,  "other",                  "Ledger key declared",        "账本密钥声明");
    public static readonly Kind PersonalDataErased    = new(117, "personalDataErased",        "-",      Audit,        96, Nothing,                   Keeps,   None,  "other",                  "Personal data erased",       "个人数据已清除");

    public static readonly Kind AccessChanged         = new(120, "accessChanged",             "-",      Family.Access, 97, Nothing,                   Keeps,   None,  "other",                  "Access changed",             "权限变更");
    public static readonly Kind SignedIn              = new(121, "signedIn",                  "-",      Family.Access, 97, Nothing,                   Keeps,   None,  "other",                  "Signed in",                  "登录");
    public static readonly Kind SignInFailed          = new(122, "signInFailed",              "-",      Family.Access, 97, Nothing,                   Keeps,   None,  "other",                  "Sign-in failed",             "登录失败");
    public static readonly Kind Signed                = new(123, "signed",                    "-",      Family.Access, 98, Nothing,                   Keeps,   None,  "other",                  "Signed",                     "签名");

#pragma warning restore IDE0055, SA1025, CS1591
    // @formatter:on

    /// <summary>Every row, in the order of the table.</summary>
    public static IReadOnlyList<Kind> All { get; } =
        [.. typeof(Vocabulary).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.FieldType == typeof(Kind)).Select(f => (Kind)f.GetValue(null)!)];

    private static readonly FrozenDictionary<string, Kind> ByWord = All.ToFrozenDictionary(k => k.Word, StringComparer.Ordinal);
    private static readonly FrozenDictionary<string, Kind>.AlternateLookup<ReadOnlySpan<char>> BySpan = ByWord.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly FrozenDictionary<short, Kind> ByNumber = All.ToFrozenDictionary(k => k.Number);

    /// <summary>The kind with this word, or nothing when no version of ours knows it.</summary>
    public static Kind? Find(ReadOnlySpan<char> word) => BySpan.TryGetValue(word, out var kind) ? kind : null;

    /// <summary>The kind with this stored number.</summary>
    public static Kind Of(short number) => ByNumber[number];
}
