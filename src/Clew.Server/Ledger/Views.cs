using Clew.Capture;
using Clew.MasterData;
using Clew.Server.Genealogy;
using Clew.Server.Lifecycle;
using Clew.Server.MasterData;
using Clew.Server.Recall;
using Clew.Server.Signing;

namespace Clew.Server.Ledger;

/// <summary>All tables that are told from the ledger and may be thrown away, and how they are written.</summary>
internal static class Views
{
    /// <summary>The schemas that hold nothing else, each with the file that makes it.</summary>
    public static readonly (string Schema, string File)[] Schemas =
        [("masterdata", "masterdata.sql"), ("lifecycle", "lifecycle.sql"), ("genealogy", "genealogy.sql"), ("recall", "recall.sql"), ("signing", "signing.sql")];

    /// <summary>The tables, in the order in which they are written and compared.</summary>
    public static readonly string[] Tables = [.. RegisterView.Tables, .. LifeView.Tables, .. LinkView.Tables, .. HoldView.Tables, .. SignatureView.Tables];

    /// <summary>Writes what was told and is not written yet. Whether names, and whether holds or corrections are among it.</summary>
    public static (bool Names, bool Orders) Write(Writes writes, Register register, Changes changes)
    {
        var names = RegisterView.Write(writes, register, changes);
        LifeView.Write(writes, changes);
        LinkView.Write(writes, changes);
        HoldView.Write(writes, changes);
        SignatureView.Write(writes, changes);
        return (names, changes.Orders.Count > 0 || changes.Corrections.Count > 0);
    }
}
