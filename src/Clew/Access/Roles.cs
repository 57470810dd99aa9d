using Clew.Facts;

namespace Clew.Access;

/// <summary>What somebody may do. Every endpoint and page names one.</summary>
public enum Deed
{
    /// <summary>Say what happened to items.</summary>
    Report,

    /// <summary>Say what products, parties and places are.</summary>
    Describe,

    /// <summary>Take a fact back, or resubmit what was refused.</summary>
    Correct,

    /// <summary>Place and release holds, open recalls, freeze scopes, lock.</summary>
    Recall,

    /// <summary>Look at items: where, what state, what happened.</summary>
    Look,

    /// <summary>Trace what is in what, through all parties' hands.</summary>
    Trace,

    /// <summary>Take lists away.</summary>
    Export,

    /// <summary>Take serials and print labels.</summary>
    Label,

    /// <summary>See what was refused and what arrived.</summary>
    Inspect,

    /// <summary>Keep, read and erase personal data of patients.</summary>
    Care,

    /// <summary>Sign records electronically.</summary>
    Sign,

    /// <summary>Keys, people, rebuilding views.</summary>
    Administer,
}

/// <summary>Who may do what (TABLE role × deed). Printed as <c>docs/reference/roles.md</c>.</summary>
public static class Roles
{
    /// <summary>One row.</summary>
    /// <param name="IsOutside">Sees only what its own party holds or held.</param>
    public sealed record Row(string Word, string En, string Zh, bool IsOutside, params Deed[] May);

    // @formatter:off
#pragma warning disable IDE0055
    /// <summary>All roles.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new("qualityManager",     "Quality manager",     "质量经理",   false, Deed.Report, Deed.Correct, Deed.Recall, Deed.Look, Deed.Trace, Deed.Export, Deed.Label, Deed.Inspect, Deed.Care, Deed.Sign),
        new("warehouseOperator",  "Warehouse operator",  "仓库操作员", false, Deed.Report, Deed.Look, Deed.Label, Deed.Sign),
        new("productionOperator", "Production operator", "生产操作员", false, Deed.Report, Deed.Look, Deed.Label, Deed.Sign),
        new("serviceEngineer",    "Service engineer",    "服务工程师", false, Deed.Report, Deed.Look, Deed.Sign),
        new("masterDataSteward",  "Master data steward", "主数据专员", false, Deed.Describe, Deed.Correct, Deed.Look, Deed.Inspect, Deed.Sign),
        new("distributor",        "Distributor",         "经销商",     true,  Deed.Report, Deed.Look),
        new("hospital",           "Hospital",            "医院",       true,  Deed.Report, Deed.Look, Deed.Care),
        new("auditor",            "Auditor",             "审核员",     false, Deed.Look, Deed.Trace, Deed.Export, Deed.Inspect, Deed.Sign),
        new("integrator",         "Integrator",          "集成工程师", false, Deed.Report, Deed.Describe, Deed.Correct, Deed.Look, Deed.Label, Deed.Inspect),
        new("management",         "Management",          "管理层",     false, Deed.Look, Deed.Trace, Deed.Sign),
        new("administrator",      "Administrator",       "系统管理员", false, Deed.Administer),
    ];
#pragma warning restore IDE0055
    // @formatter:on

    /// <summary>The row of a role, or nothing for a word that is none.</summary>
    public static Row? Find(string word) => All.FirstOrDefault(r => r.Word == word);

    /// <summary>Whether the role may do it. An unknown role may do nothing.</summary>
    public static bool May(string role, Deed deed) => Find(role)?.May.Contains(deed) == true;

    /// <summary>What one must be allowed to do in order to say a fact of this kind.</summary>
    public static Deed ToSay(Kind kind) => kind.Family switch
    {
        Family.MasterData => Deed.Describe,
        Family.Recall => Deed.Recall,
        Family.Access => Deed.Administer,
        _ => kind == Vocabulary.Corrected ? Deed.Correct : kind == Vocabulary.LedgerKeyDeclared ? Deed.Administer : kind == Vocabulary.PersonalDataErased ? Deed.Care : Deed.Report,
    };
}
