namespace Clew.MasterData;

/// <summary>
/// A field of a regulator's record: our word, its names for people, and what the databases call it. Printed in
/// <c>docs/reference/regulators.md</c>.
/// </summary>
/// <param name="Nmpa">The element of the NMPA's release: the first letters of its Chinese name's syllables.</param>
/// <param name="Gudid">The element of AccessGUDID's release.</param>
/// <param name="Eudamed">The number of the field in EUDAMED.</param>
public sealed record RegulatorField(string Word, string En, string Zh, string Nmpa, string Gudid, string Eudamed)
{
    // @formatter:off
#pragma warning disable IDE0055
    /// <summary>All fields that are taken, in the order in which they are shown (TABLE). The rest stays in the file, whose bytes are kept.</summary>
    public static IReadOnlyList<RegulatorField> All { get; } =
    [
        new("name",             "Product name",                  "产品名称",         "cpmctymc",          "",                              "FLD-UDID-22"),
        new("brand",            "Brand name",                    "商品名称",         "spmc",              "brandName",                     "FLD-UDID-176"),
        new("model",            "Model",                         "规格型号",         "ggxh",              "versionModelNumber",            "FLD-UDID-20"),
        new("catalogue",        "Catalogue number",              "产品货号",         "cphhhbh",           "catalogNumber",                 "FLD-UDID-163"),
        new("description",      "Description",                   "产品描述",         "cpms",              "deviceDescription",             "FLD-UDID-175"),
        new("manufacturer",     "Manufacturer",                  "注册人/备案人",    "ylqxzcrbarmc",      "companyName",                   "FLD-UDID-353"),
        new("manufacturerCode", "Manufacturer's number",         "统一社会信用代码", "tyshxydm",          "dunsNumber",                    "FLD-UDID-10"),
        new("registration",     "Registration",                  "注册证/备案号",    "zczbhhzbapzbh",     "submissionNumber",              "FLD-UDID-61"),
        new("riskClass",        "Risk class",                    "风险类别",         "",                  "",                              "FLD-UDID-16"),
        new("classification",   "Classification",                "分类编码",         "flbm",              "gmdnPTName",                    "FLD-UDID-149"),
        new("basicUdiDi",       "Basic UDI-DI",                  "基本 UDI-DI",      "",                  "",                              "FLD-UDID-14"),
        new("deviceCount",      "Units of use in it",            "使用单元数量",     "zxxsdyzsydydsl",    "deviceCount",                   "FLD-UDID-151"),
        new("singleUse",        "Single use",                    "一次性使用",       "sfbjwycxsy",        "singleUse",                     "FLD-UDID-167"),
        new("sterile",          "Sterile",                       "无菌包装",         "sfwwjbz",           "deviceSterile",                 "FLD-UDID-169"),
        new("sterilise",        "To be sterilised before use",   "使用前需灭菌",     "syqsfxyjxmj",       "sterilizationPriorToUse",       "FLD-UDID-170"),
        new("mri",              "MR safety",                     "磁共振安全信息",   "cgzmraqxgxx",       "MRISafetyStatus",               "FLD-UDID-212"),
        new("latex",            "Contains latex",                "含胶乳",           "",                  "labeledContainsNRL",            "FLD-UDID-156"),
        new("implantable",      "Implantable",                   "植入",             "",                  "implantable",                   "FLD-UDID-30"),
        new("insurance",        "Insurance code",                "医保编码",         "ybbm",              "",                              ""),
        new("lotOnLabel",       "Lot on the label",              "标签含批号",       "scbssfbhph",        "lotBatch",                      ""),
        new("serialOnLabel",    "Serial on the label",           "标签含序列号",     "scbssfbhxlh",       "serialNumber",                  ""),
        new("madeOnLabel",      "Date of making on the label",   "标签含生产日期",   "scbssfbhscrq",      "manufacturingDate",             ""),
        new("expiresOnLabel",   "Date of expiry on the label",   "标签含失效日期",   "scbssfbhsxrq",      "expirationDate",                ""),
        new("published",        "Published",                     "发布日期",         "cpbsfbrq",          "devicePublishDate",             ""),
        new("status",           "On the market",                 "市场状态",         "",                  "deviceCommDistributionStatus",  "FLD-UDID-130"),
        new("discontinued",     "Off the market since",          "退市日期",         "tsrq",              "",                              ""),
    ];
#pragma warning restore IDE0055
    // @formatter:on

    /// <summary>Where a record's own key and version, and its device identifiers, stand.</summary>
    public static readonly RegulatorField
        Key = new("recordKey", "Key of the record", "记录主键", "deviceRecordKey", "publicDeviceRecordKey", ""),
        Version = new("version", "Version", "版本", "versionNumber", "publicVersionNumber", "FLD-UDID-177"),
        VersionDate = new("versionDate", "Date of the version", "版本日期", "versionTime", "publicVersionDate", ""),
        Device = new("device", "Primary device identifier", "最小销售单元产品标识", "zxxsdycpbs", "primaryDi", "FLD-UDID-178"),
        Agency = new("agency", "Issuing agency", "发码机构", "cpbsbmtxmc", "deviceIdIssuingAgency", "FLD-UDID-291"),
        UnitOfUse = new("unitOfUse", "Device identifier of a unit of use", "使用单元产品标识", "sydycpbs", "", "FLD-UDID-135"),
        DirectMark = new("directMark", "Device identifier on the device", "本体产品标识", "btcpbs", "", "FLD-UDID-138"),
        Secondary = new("secondary", "Device identifier of another agency", "其他机构产品标识", "", "", "FLD-UDID-136"),
        Package = new("package", "Device identifier of a package", "包装产品标识", "bzcpbs", "", "FLD-UDID-120"),
        Quantity = new("quantity", "Units in a package", "包装内数量", "bznhxyjcpbssl", "pkgQuantity", "FLD-UDID-121");

    /// <summary>Those that say what a record is about, and not what it says of it.</summary>
    public static IReadOnlyList<RegulatorField> Keys { get; } = [Key, Version, VersionDate, Device, Agency, UnitOfUse, DirectMark, Secondary, Package, Quantity];

    /// <summary>The field of this word.</summary>
    public static RegulatorField Find(string word) => All.First(f => f.Word == word);

    /// <summary>Whether a file may call it so. Letter case is no matter: tables come with all sorts.</summary>
    public bool IsCalled(string name) => name.Length > 0 && Array.Exists([Word, Nmpa, Gudid, Eudamed], own => own.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a database says yes.</summary>
    public static bool IsYes(string value) => value is "是" || value.Equals("true", StringComparison.OrdinalIgnoreCase) || value.Equals("yes", StringComparison.OrdinalIgnoreCase);
}
