namespace Clew.Server.Web;

/// <summary>Rows of tables that leave the house as CSV (RFC 4180).</summary>
public static class Csv
{
    /// <summary>One row, without its end.</summary>
    public static string Row(IEnumerable<string> cells) => string.Join(',', cells.Select(Quoted));

    // A cell that a spreadsheet would take for a formula is disarmed with an apostrophe, as OWASP asks.
    private static string Quoted(string cell)
    {
        var safe = cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + cell : cell;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? "\"" + safe.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : safe;
    }
}
