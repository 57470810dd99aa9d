using static Clew.Identification.Severity;

namespace Clew.Identification;

/// <summary>What can be wrong with a scanned or typed identifier, whoever issued it. Argument 0 is always what stands at the place; 1 the key or rule.</summary>
public static class UdiFindings
{
    private const string Compare = "Compare with the printed text beside the symbol, and scan again.";
    private const string CompareZh = "请与符号旁的印刷文字核对后重新扫描。";
    private const string Issuer = "If a second scan gives the same, the label is wrong: ask whoever issued it.";
    private const string IssuerZh = "若重新扫描结果相同，则标签有误：请询问发码方。";

    /// <summary>No syntax that we know.</summary>
    public static readonly FindingKind Syntax = new("udi.syntax", Error,
        "'{0}' follows no UDI syntax that we know{1}.", "Scan the whole symbol; check the scanner's profile (separator, prefix, keyboard layout).",
        "“{0}”不符合任何已知的 UDI 语法{1}。", "请扫描完整符号，并检查扫描器配置(分隔符、前缀、键盘布局)。");

    /// <summary>Nothing there.</summary>
    public static readonly FindingKind Empty = new("udi.empty", Error,
        "({1}) carries no value.", "Two separators in a row, or a symbol cut short: " + Compare,
        "({1}) 没有值。", "可能连续出现两个分隔符，或符号被截断。" + CompareZh);

    /// <summary>Longer than any carrier holds.</summary>
    public static readonly FindingKind TooLong = new("udi.tooLong", Error,
        "The text has {0} characters; no carrier of a UDI holds more than {1}.", "Send one symbol at a time.",
        "文本有 {0} 个字符；任何 UDI 载体最多 {1} 个。", "请逐个发送符号。");

    /// <summary>An AIM identifier of a symbology that carries no UDI.</summary>
    public static readonly FindingKind SymbologyIdentifier = new("udi.symbologyIdentifier", Error,
        "'{0}' is not the symbology identifier of a carrier that we know.", "Check the scanner's setting 'transmit AIM identifier' and its prefix.",
        "“{0}”不是已知载体的码制标识符。", "请检查扫描器的“发送 AIM 标识符”设置及其前缀。");

    /// <summary>An application identifier that does not exist.</summary>
    public static readonly FindingKind UnknownAi = new("udi.unknownAi", Error,
        "No application identifier of GS1 starts with '{0}'.", "Often a digit or a separator before this place was lost. " + Compare,
        "没有以“{0}”开头的 GS1 应用标识符。", "常见原因是此处之前丢失了一位数字或分隔符。" + CompareZh);

    /// <summary>Too long or too short.</summary>
    public static readonly FindingKind Length = new("udi.length", Error,
        "({1}) '{0}' has {2} characters; {3} are allowed.", "If the value runs into the next field, the scanner dropped a separator: set it to transmit FNC1 as GS.",
        "({1})“{0}”有 {2} 个字符；允许 {3} 个。", "若该值与下一字段连在一起，说明扫描器丢失了分隔符：请设置其将 FNC1 作为 GS 发送。");

    /// <summary>A character that the field cannot hold.</summary>
    public static readonly FindingKind InvalidCharacter = new("udi.invalidCharacter", Error,
        "'{0}' is not allowed in ({1}).", Compare + " A keyboard layout that differs from the scanner's changes characters.",
        "({1}) 中不允许出现“{0}”。", CompareZh + "键盘布局与扫描器不一致会改变字符。");

    /// <summary>A modulo-10 digit.</summary>
    public static readonly FindingKind CheckDigit = new("udi.checkDigit", Error,
        "The check digit of ({1}) '{0}' should be {2}.", Compare + " " + Issuer,
        "({1})“{0}”的校验位应为 {2}。", CompareZh + IssuerZh);

    /// <summary>A pair of check characters.</summary>
    public static readonly FindingKind CheckCharacters = new("udi.checkCharacters", Error,
        "The check characters of ({1}) '{0}' should be {2}.", Compare + " " + Issuer,
        "({1})“{0}”的校验字符应为 {2}。", CompareZh + IssuerZh);

    /// <summary>Two check digits of a PPN.</summary>
    public static readonly FindingKind CheckDigits = new("udi.checkDigits", Error,
        "The check digits of the PPN '{0}' should be {1}.", Compare + " " + Issuer,
        "PPN“{0}”的校验位应为 {1}。", CompareZh + IssuerZh);

    /// <summary>The modulo-43 character of HIBC.</summary>
    public static readonly FindingKind CheckCharacter = new("udi.checkCharacter", Error,
        "The check character '{0}' should be '{1}'.", "Nothing may be trimmed: the check character can be a space. " + Issuer,
        "校验字符“{0}”应为“{1}”。", "不得删除任何字符：校验字符可能是空格。" + IssuerZh);

    /// <summary>Secondary symbol of another primary.</summary>
    public static readonly FindingKind LinkCharacter = new("udi.linkCharacter", Error,
        "The link character '{0}' does not point to the primary symbol, whose check character is '{1}'.", "Scan the two symbols of one label.",
        "链接字符“{0}”与主符号的校验字符“{1}”不符。", "请扫描同一标签上的两个符号。");

    /// <summary>Two symbols that no rule joins.</summary>
    public static readonly FindingKind NotTogether = new("udi.notTogether", Error,
        "The two symbols are not those of one label: '{0}' and '{1}'.", "Scan the two symbols of one label; a symbol that says everything is read alone.",
        "这两个符号不属于同一标签：“{0}”与“{1}”。", "请扫描同一标签上的两个符号；已含全部信息的符号应单独读取。");

    /// <summary>A day, month or time that is none.</summary>
    public static readonly FindingKind Date = new("udi.date", Error,
        "'{0}' in ({1}) is no date or time.", Compare + " " + Issuer,
        "({1}) 中的“{0}”不是有效的日期或时间。", CompareZh + IssuerZh);

    /// <summary>Not in the code list.</summary>
    public static readonly FindingKind CodeList = new("udi.codeList", Error,
        "'{0}' in ({1}) is not in the list of {2}.", Compare + " " + Issuer,
        "({1}) 中的“{0}”不在代码表“{2}”中。", CompareZh + IssuerZh);

    /// <summary>Zero where none may be, or none where one must be.</summary>
    public static readonly FindingKind ZeroRule = new("udi.zeroRule", Error,
        "'{0}' in ({1}) breaks the rule: {2}.", Compare + " " + Issuer,
        "({1}) 中的“{0}”违反规则：{2}。", CompareZh + IssuerZh);

    /// <summary>Out of range.</summary>
    public static readonly FindingKind Range = new("udi.range", Error,
        "'{0}' in ({1}) is out of range.", Compare + " " + Issuer,
        "({1}) 中的“{0}”超出范围。", CompareZh + IssuerZh);

    /// <summary>Piece 3 of 2.</summary>
    public static readonly FindingKind PieceOfTotal = new("udi.pieceOfTotal", Error,
        "'{0}' in ({1}) is not a piece of a total.", Compare + " " + Issuer,
        "({1}) 中的“{0}”不是有效的“第几件/共几件”。", CompareZh + IssuerZh);

    /// <summary>No company prefix at its place.</summary>
    public static readonly FindingKind Gcp = new("udi.gcp", Error,
        "'{0}' in ({1}) cannot hold a GS1 company prefix.", Compare + " " + Issuer,
        "({1}) 中的“{0}”不含有效的 GS1 厂商识别代码。", CompareZh + IssuerZh);

    /// <summary>A percent sign that escapes nothing.</summary>
    public static readonly FindingKind PercentEncoding = new("udi.percentEncoding", Error,
        "'{0}' in ({1}) is not a percent-encoded character.", Issuer,
        "({1}) 中的“{0}”不是有效的百分号编码。", IssuerZh);

    /// <summary>No bank account number.</summary>
    public static readonly FindingKind Iban = new("udi.iban", Error,
        "'{0}' in ({1}) is not allowed in an IBAN.", Issuer,
        "({1}) 中的“{0}”不允许出现在 IBAN 中。", IssuerZh);

    /// <summary>Not judged.</summary>
    public static readonly FindingKind NotChecked = new("udi.notChecked", Note,
        "The inner structure of ({1}) is not checked.", "Nothing to do; coupons are no concern of devices.",
        "未检查 ({1}) 的内部结构。", "无需处理；优惠券与医疗器械无关。");

    /// <summary>A companion is missing.</summary>
    public static readonly FindingKind MissingRequiredAi = new("udi.missingRequiredAi", Error,
        "({1}) stands alone; it needs ({2}) on the same item.", "Scan the item's other symbol as well and read both together.",
        "({1}) 不能单独出现；同一物品上还需有 ({2})。", "请同时扫描该物品上的另一个符号并一起读取。");

    /// <summary>Two that exclude each other.</summary>
    public static readonly FindingKind MutuallyExclusiveAis = new("udi.mutuallyExclusiveAis", Error,
        "({1}) and ({2}) must not stand on the same item.", Issuer,
        "({1}) 与 ({2}) 不得出现在同一物品上。", IssuerZh);

    /// <summary>Said twice, differently.</summary>
    public static readonly FindingKind DuplicateAi = new("udi.duplicateAi", Error,
        "({1}) is given twice.", "If two symbols disagree they belong to different items; else ask the issuer.",
        "({1}) 出现了两次。", "若两个符号不一致，则它们属于不同物品；否则请询问发码方。");

    /// <summary>A signature over nothing in particular.</summary>
    public static readonly FindingKind DigSig = new("udi.digsig", Error,
        "A digital signature (8030) needs the serial part of ({1}).", Issuer,
        "数字签名 (8030) 要求 ({1}) 含有序列部分。", IssuerZh);

    /// <summary>A URI that is no Digital Link.</summary>
    public static readonly FindingKind DlSyntax = new("udi.dlSyntax", Error,
        "The web address is no GS1 Digital Link: {1}.", "See the GS1 Digital Link standard, URI syntax.",
        "该网址不是 GS1 数字链接：{1}。", "请参见 GS1 数字链接标准的 URI 语法。");

    /// <summary>A URN that is no EPC.</summary>
    public static readonly FindingKind EpcSyntax = new("udi.epcSyntax", Error,
        "'{0}' is no EPC URN: {1}.", "See the EPC Tag Data Standard, section 6.3.",
        "“{0}”不是有效的 EPC URN:{1}。", "请参见 EPC 标签数据标准第 6.3 节。");

    /// <summary>HIBC: no labeller, product and unit.</summary>
    public static readonly FindingKind PrimarySyntax = new("udi.primarySyntax", Error,
        "'{0}' is not a labeller code, a product code and a unit of measure.", Compare,
        "“{0}”不是厂商代码、产品代码与计量单位。", CompareZh);

    /// <summary>HIBC: no secondary data.</summary>
    public static readonly FindingKind SecondarySyntax = new("udi.secondarySyntax", Error,
        "'{0}' is no secondary or supplementary data of HIBC.", Compare,
        "“{0}”不是 HIBC 的次级或补充数据。", CompareZh);

    /// <summary>ISBT 128: no such structure.</summary>
    public static readonly FindingKind UnknownDataIdentifier = new("udi.unknownDataIdentifier", Error,
        "'{0}' starts no ISBT 128 data structure that we know.", Compare,
        "“{0}”不是已知的 ISBT 128 数据结构。", CompareZh);

    /// <summary>ISBT 128: the header counts otherwise.</summary>
    public static readonly FindingKind CompoundCount = new("udi.compoundCount", Error,
        "The compound message announces {1} structures and holds {2}.", Compare,
        "复合消息声明 {1} 个结构，实际有 {2} 个。", CompareZh);

    /// <summary>Format 06 without its frame.</summary>
    public static readonly FindingKind Envelope = new("udi.envelope", Error,
        "The ISO/IEC 15434 envelope is incomplete: {1}.", "Set the scanner to transmit the control characters RS, GS and EOT.",
        "ISO/IEC 15434 信封不完整：{1}。", "请设置扫描器发送控制字符 RS、GS 和 EOT。");

    /// <summary>9N and 8P.</summary>
    public static readonly FindingKind TwoProductIdentifiers = new("udi.twoProductIdentifiers", Error,
        "Both a PPN (9N) and a GTIN (8P) are given.", Issuer,
        "同时给出了 PPN (9N) 和 GTIN (8P)。", IssuerZh);

    /// <summary>MA: no such tag.</summary>
    public static readonly FindingKind UnknownPiTag = new("udi.unknownPiTag", Error,
        "'{0}' starts no production identifier of an MA code.", Compare,
        "“{0}”不是 MA 码生产标识的标签。", CompareZh);

    /// <summary>MA: the vendor's check does not fit.</summary>
    public static readonly FindingKind DiCheck = new("udi.diCheck", Warning,
        "The check digit of the device identifier is {0}; by the published algorithm it would be {1}.", "Implementations differ; compare with the regulator's record.",
        "产品标识的校验位为 {0}；按公开算法应为 {1}。", "各家实现不一；请与监管数据库核对。");

    /// <summary>MA: the vendor's check does not fit.</summary>
    public static readonly FindingKind PiCheck = new("udi.piCheck", Warning,
        "The check digit of the production identifier is {0}; by the published algorithm it would be {1}.", "Implementations differ; compare with the label.",
        "生产标识的校验位为 {0}；按公开算法应为 {1}。", "各家实现不一；请与标签核对。");

    /// <summary>AHM: shape only.</summary>
    public static readonly FindingKind Unverified = new("udi.unverified", Warning,
        "AHM codes have no public specification; the parts shown are a best effort.", "Compare with the regulator's record.",
        "AHM 码没有公开规范；所示字段仅为尽力解析。", "请与监管数据库核对。");

    /// <summary>A value that looks as if two fields ran together.</summary>
    public static readonly FindingKind SeparatorSuspected = new("udi.separatorSuspected", Warning,
        "From '{0}' on, ({1}) looks like a further field: a separator may have been lost. Nothing was split.", "Set the scanner to transmit FNC1 as GS, and scan again.",
        "({1}) 从“{0}”起看似另一字段：可能丢失了分隔符。系统未作拆分。", "请设置扫描器将 FNC1 作为 GS 发送后重新扫描。");

    /// <summary>GS1 data without FNC1 in first position.</summary>
    public static readonly FindingKind NotFlagged = new("udi.notFlagged", Warning,
        "The symbol '{0}' is not marked as GS1 data, and holds an element string all the same.", "Readers that follow the standard will not split it: the symbol lacks FNC1 in first position. Ask whoever printed it.",
        "符号“{0}”未标记为 GS1 数据，却含有元素字符串。", "符合标准的读取器不会拆分它：该符号首位缺少 FNC1。请询问印制方。");

    /// <summary>The profile says that AIM's identifier comes, and none came.</summary>
    public static readonly FindingKind AimMissing = new("udi.aimMissing", Warning,
        "No AIM identifier came in front of '{0}', and this scanner's profile says that it sends one.", "Either it was typed, or another scanner or setting was used: switch 'transmit AIM identifier' on, or choose the profile that fits.",
        "“{0}”之前没有 AIM 标识符，而该扫描器配置规定会发送。", "可能是手工输入，或使用了其他扫描器或设置：请开启“发送 AIM 标识符”，或选择相符的配置。");

    /// <summary>The profile says that no AIM identifier comes, and one came.</summary>
    public static readonly FindingKind AimUnexpected = new("udi.aimUnexpected", Warning,
        "The AIM identifier '{0}' came, and this scanner's profile says that it sends none.", "Another scanner or setting was used: choose the profile that fits, or try the scanner again on the page 'Scanners'.",
        "收到 AIM 标识符“{0}”，而该扫描器配置规定不发送。", "使用了其他扫描器或设置：请选择相符的配置，或在“扫描器”页面重新测试。");

    /// <summary>A day of 00.</summary>
    public static readonly FindingKind DayUnsaid = new("udi.dayUnsaid", Note,
        "({1}) names no day; the last day of the month is meant.", "Since 2025 healthcare labels state the day.",
        "({1}) 未给出日；按当月最后一天处理。", "自 2025 年起医疗产品标签须标明日。");
}
