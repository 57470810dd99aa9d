using System.Text.Json;
using Clew.Facts;

namespace Clew.MasterData;

/// <summary>
/// Which evidence every fact of a kind must bring from some moment on: a company's own rule, said by a fact (<c>evidenceRequired</c>) as
/// its products and places are.
/// </summary>
/// <param name="For">Facts of which kind.</param>
/// <param name="Evidence">Sorts of evidence, as <see cref="Facts.Evidence.Kind"/> names them; none takes the rule away.</param>
public sealed record EvidenceRule(Kind For, IReadOnlyList<string> Evidence)
{
    /// <summary>Sorts of evidence that one kind of fact may be asked for.</summary>
    public const int EvidenceMax = 20;

    /// <summary>Letters of a sort of evidence.</summary>
    public const int WordMax = 64;

    /// <summary>Reads the details of such a fact: <c>{"for":"inspected","evidence":["testReport"]}</c>. Nothing when they say something else.</summary>
    public static EvidenceRule? Read(Fact fact)
    {
        if (fact.Details.IsEmpty)
        {
            return null;
        }

        using var details = JsonDocument.Parse(fact.Details);
        if (!details.RootElement.TryGetProperty("for", out var word) || word.ValueKind != JsonValueKind.String || Vocabulary.Find(word.GetString()) is not { } kind || kind == Vocabulary.EvidenceRequired
            || !details.RootElement.TryGetProperty("evidence", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > EvidenceMax)
        {
            return null;
        }

        var evidence = new List<string>();
        foreach (var one in list.EnumerateArray())
        {
            if (one.ValueKind != JsonValueKind.String || one.GetString() is not { Length: > 0 and <= WordMax } text || evidence.Contains(text))
            {
                return null;
            }

            evidence.Add(text);
        }

        return new EvidenceRule(kind, evidence);
    }
}
