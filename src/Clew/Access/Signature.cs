using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Clew.Facts;

namespace Clew.Access;

/// <summary>Who may sign a record with a meaning.</summary>
public enum SignedBy
{
    /// <summary>Whoever may sign.</summary>
    Anybody,

    /// <summary>Only who said it.</summary>
    Author,

    /// <summary>Only who did not say it: four eyes.</summary>
    Other,
}

/// <summary>What a signature means (21 CFR 11.50(a)(3)).</summary>
/// <param name="StatementEn">What the signer reads and puts the name to.</param>
/// <param name="NeedsComment">A comment must be given.</param>
public sealed record Meaning(string Word, string En, string Zh, string StatementEn, string StatementZh, SignedBy By, bool NeedsComment = false);

/// <summary>All meanings (TABLE).</summary>
public static class Meanings
{
    // @formatter:off
#pragma warning disable IDE0055
    /// <summary>Every row, as they are offered.</summary>
    public static IReadOnlyList<Meaning> All { get; } =
    [
        new("authorship",      "Authorship",      "起草", "I wrote this record.",                                              "本人起草了此记录。",               SignedBy.Author),
        new("execution",       "Execution",       "执行", "I performed this work as recorded.",                                "本人按记录执行了此项工作。",       SignedBy.Author),
        new("verification",    "Verification",    "复核", "I independently checked the work or data.",                         "本人独立复核了该工作或数据。",     SignedBy.Other),
        new("review",          "Review",          "审核", "I reviewed it for completeness and compliance.",                    "本人审核了其完整性与合规性。",     SignedBy.Other),
        new("approval",        "Approval",        "批准", "I approve it for its stated purpose.",                              "本人批准其用于所述目的。",         SignedBy.Other),
        new("release",         "Release",         "放行", "I release this product or lock as the authorised person.",          "本人作为授权人予以放行。",         SignedBy.Other),
        new("responsibility",  "Responsibility",  "负责", "I accept responsibility for this decision.",                        "本人对此决定负责。",               SignedBy.Anybody),
        new("rejection",       "Rejection",       "拒绝", "I reject it for the stated reason.",                                "本人基于所述原因予以拒绝。",       SignedBy.Other,   NeedsComment: true),
        new("witness",         "Witness",         "见证", "I saw this act performed.",                                         "本人见证了此行为。",               SignedBy.Other),
        new("acknowledgement", "Acknowledgement", "知悉", "I received and understood it.",                                     "本人已收到并知悉。",               SignedBy.Anybody),
        new("correction",      "Correction",      "更正", "I made this change for the stated reason.",                         "本人基于所述原因作出此更正。",     SignedBy.Author,  NeedsComment: true),
    ];
#pragma warning restore IDE0055
    // @formatter:on

    /// <summary>The meaning with this word, or nothing.</summary>
    public static Meaning? Find(string? word) => All.FirstOrDefault(m => m.Word == word);
}

/// <summary>
/// An electronic signature: who, meaning what, under which records, each by the hash of its bytes. It is a fact of its own that names the
/// records by position and leaf hash: it cannot be cut off and put under another record (21 CFR 11.70), and is void when one byte of
/// what it signs differs.
/// </summary>
/// <param name="Signer">The printed name, as it was when it was signed (21 CFR 11.50(a)(1)).</param>
public sealed record Signature(Meaning Meaning, string Signer, IReadOnlyList<(long Position, byte[] Leaf)> Records)
{
    /// <summary>Records under which one signature stands at most.</summary>
    public const int RecordsMax = 100;

    /// <summary>The details of the fact that says it.</summary>
    public byte[] ToDetails()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("meaning", Meaning.Word);
            json.WriteStartArray("records");
            foreach (var (position, leaf) in Records)
            {
                json.WriteStartObject();
                json.WriteBase64String("leaf", leaf);
                json.WriteString("position", position.ToString(CultureInfo.InvariantCulture));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("signer", Signer);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The signature that a fact says; nothing when it says none that we understand.</summary>
    public static Signature? Read(Fact fact)
    {
        if (fact.Kind != Vocabulary.Signed || fact.Details.IsEmpty)
        {
            return null;
        }

        using var document = JsonDocument.Parse(fact.Details);
        var root = document.RootElement;
        var records = new List<(long, byte[])>();
        if (!root.TryGetProperty("records", out var list) || list.ValueKind != JsonValueKind.Array || Meanings.Find(Text(root, "meaning")) is not { } meaning || Text(root, "signer") is not { } signer)
        {
            return null;
        }

        foreach (var record in list.EnumerateArray())
        {
            if (!long.TryParse(Text(record, "position"), NumberStyles.None, CultureInfo.InvariantCulture, out var position) || !record.TryGetProperty("leaf", out var leaf) || !leaf.TryGetBytesFromBase64(out var hash))
            {
                return null;
            }

            records.Add((position, hash));
        }

        return new Signature(meaning, signer, records);
    }

    private static string? Text(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
