using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Clew.Verify;

/// <summary>What came of it; the exit code of the program.</summary>
public enum Verdict
{
    /// <summary>Every byte is as it was, and signed by a key that you gave.</summary>
    Intact = 0,

    /// <summary>It could not be checked: no such file, or called wrongly.</summary>
    Unchecked = 1,

    /// <summary>Something is otherwise than it was, or missing.</summary>
    Differs = 2,

    /// <summary>All fits together, and by a key that came along with it: anybody could have made it.</summary>
    Unanchored = 3,
}

/// <summary>One thing that is otherwise.</summary>
/// <param name="File">In which file of the pack.</param>
/// <param name="Position">Of the entry in the ledger, where it is one.</param>
/// <param name="Offset">Of the first byte of its line in the file, or of what is wrong.</param>
public sealed record Difference(string File, long? Position, long? Offset, string En, string Zh);

/// <summary>A witness that co-signed.</summary>
public sealed record Cosigned(string Name, DateTimeOffset At);

/// <summary>What was checked and what was found.</summary>
public sealed class Report
{
    /// <summary>Differences that are listed; the rest is counted.</summary>
    public const int DifferencesMax = 20;

    private readonly List<Difference> differences = [];

    public string Subject { get; set; } = "";

    public string Origin { get; set; } = "";

    public long Size { get; set; }

    public long Entries { get; set; }

    public long Bytes { get; set; }

    public long Files { get; set; }

    /// <summary>Files that entries name and that are not in the pack: only their hashes were recorded.</summary>
    public long NotIncluded { get; set; }

    /// <summary>By which key the checkpoint is signed.</summary>
    public string? Key { get; set; }

    public bool IsAnchored { get; set; }

    public List<Cosigned> Witnesses { get; } = [];

    /// <summary>What an authority of time said of the checkpoint.</summary>
    public Stamped? Stamped { get; set; }

    public long DifferenceCount { get; private set; }

    /// <summary>The first of them.</summary>
    public IReadOnlyList<Difference> Differences => differences;

    public Verdict Verdict => DifferenceCount > 0 ? Verdict.Differs : IsAnchored ? Verdict.Intact : Verdict.Unanchored;

    public void Add(string file, long? position, long? offset, string en, string zh)
    {
        DifferenceCount++;
        if (differences.Count < DifferencesMax)
        {
            differences.Add(new Difference(file, position, offset, en, zh));
        }
    }

    /// <summary>For machines.</summary>
    public void WriteJson(Stream to)
    {
        using var json = new Utf8JsonWriter(to, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("verdict", Verdict.ToString().ToLowerInvariant());
        json.WriteString("subject", Subject);
        json.WriteString("origin", Origin);
        json.WriteNumber("size", Size);
        json.WriteNumber("entries", Entries);
        json.WriteNumber("entryBytes", Bytes);
        json.WriteNumber("files", Files);
        json.WriteNumber("filesNotIncluded", NotIncluded);
        json.WriteString("key", Key);
        json.WriteBoolean("keyWasGiven", IsAnchored);
        json.WriteStartArray("witnesses");
        foreach (var witness in Witnesses)
        {
            json.WriteStartObject();
            json.WriteString("name", witness.Name);
            json.WriteString("cosignedAt", witness.At);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (Stamped is { } stamped)
        {
            json.WriteStartObject("timestamp");
            json.WriteString("by", stamped.By);
            json.WriteString("at", stamped.At);
            json.WriteBoolean("certificateWasGiven", stamped.IsTrusted);
            json.WriteEndObject();
        }

        json.WriteNumber("differenceCount", DifferenceCount);
        json.WriteStartArray("differences");
        foreach (var d in differences)
        {
            json.WriteStartObject();
            json.WriteString("file", d.File);
            if (d.Position is { } position)
            {
                json.WriteNumber("position", position);
            }

            if (d.Offset is { } offset)
            {
                json.WriteNumber("offset", offset);
            }

            json.WriteString("en", d.En);
            json.WriteString("zh", d.Zh);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>For people.</summary>
    public string ToText(bool isChinese)
    {
        var text = new StringBuilder();
        void Line(string en, string zh) => text.Append(isChinese ? zh : en).Append('\n');
        Line(Verdict switch
        {
            Verdict.Intact => "INTACT: every byte is as it was recorded.",
            Verdict.Unanchored => "CONSISTENT, BUT NOT ANCHORED: all fits together, by a key that came along with it. Compare the key below with the one that you were given by another way, and name it with --key.",
            _ => "NOT AS IT WAS:",
        }, Verdict switch
        {
            Verdict.Intact => "完好：每个字节均与记录时一致。",
            Verdict.Unanchored => "自洽但未锚定：内容相互吻合，但所用公钥随包附带。请与您从其他途径获得的公钥核对，并用 --key 指定。",
            _ => "与原记录不符：",
        });
        foreach (var d in differences)
        {
            var where = d.File + (d.Offset is { } offset ? $" @ {offset}" : "");
            Line($"  {where}: {d.En}", $"  {where}：{d.Zh}");
        }

        if (DifferenceCount > differences.Count)
        {
            Line($"  … and {DifferenceCount - differences.Count} more", $"  ……另有 {DifferenceCount - differences.Count} 处");
        }

        Line($"  subject  {Subject}\n  ledger   {Origin}, {Size} entries\n  checked  {Entries} entries ({Bytes} bytes), {Files} files{(NotIncluded > 0 ? $"; {NotIncluded} files that entries name are not in the pack" : "")}\n  key      {Key ?? "–"}",
            $"  对象    {Subject}\n  账本    {Origin}，共 {Size} 条记录\n  已核验  {Entries} 条记录（{Bytes} 字节），{Files} 个文件{(NotIncluded > 0 ? $"；另有 {NotIncluded} 个记录引用的文件不在包内" : "")}\n  公钥    {Key ?? "–"}");
        foreach (var witness in Witnesses)
        {
            Line($"  witness  {witness.Name}, {witness.At:yyyy-MM-ddTHH:mm:ssZ}", $"  见证    {witness.Name}，{witness.At:yyyy-MM-ddTHH:mm:ssZ}");
        }

        if (Stamped is { } stamped)
        {
            Line($"  stamped  {stamped.At:yyyy-MM-ddTHH:mm:ssZ} by {stamped.By}{(stamped.IsTrusted ? "" : " (certificate not compared: name one with --tsa)")}",
                $"  时间戳  {stamped.At:yyyy-MM-ddTHH:mm:ssZ}，{stamped.By}{(stamped.IsTrusted ? "" : "（证书未核对：请用 --tsa 指定）")}");
        }

        return text.ToString();
    }
}
