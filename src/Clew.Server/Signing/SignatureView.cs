using Clew.Access;
using Clew.Capture;
using Clew.Server.Ledger;

namespace Clew.Server.Signing;

/// <summary>Which signatures stand under an entry, written in the writer's transaction.</summary>
internal static class SignatureView
{
    public static readonly string[] Tables = ["signature"];

    public static void Write(Writes writes, Changes changes)
    {
        var rows = changes.Signed.SelectMany(s => Signature.Read(s.Fact)?.Records.Select(r => (r.Position, s.Position)) ?? []).Distinct().ToList();
        if (rows.Count > 0)
        {
            writes.Then("insert into signature (entry, position) select * from unnest($1, $2)", Rows.Of(rows.ConvertAll(r => r.Item1).ToArray()), Rows.Of(rows.ConvertAll(r => r.Item2).ToArray()));
        }
    }
}
