using System.Globalization;
using System.Security.Cryptography;
using Clew.Access;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Web;

namespace Clew.Server.Care;

/// <summary>A record that was kept.</summary>
/// <param name="Reference">By which facts may name the person: <c>{"role":"patient","who":"care:…"}</c>.</param>
public sealed record KeptPatientAnswer(string Reference);

/// <summary>Why a person is erased.</summary>
public sealed record ErasePatient(string? Reason);

/// <summary>A person whose record was erased.</summary>
/// <param name="Position">The entry that says so.</param>
public sealed record ErasedAnswer(string Reference, DateTimeOffset ErasedAt, long Position);

/// <summary>Patients' records over HTTP. Nobody lists them: whoever has the reference from a fact reads one, and that is on record.</summary>
public static class CareEndpoints
{
    /// <summary>The longest text of a record.</summary>
    public const int TextMax = 1_000;

    /// <summary>No key, no records.</summary>
    public static readonly FindingKind NoKey = new("care.noKey", Severity.Error,
        "This server keeps no patients' records: it has no folder for the master key.", "Start it with --keys FOLDER, a folder outside of the database.",
        "本服务器不保存患者记录：未配置主密钥目录。", "请以 --keys 指定数据库之外的目录后启动。");

    /// <summary>It is gone for good.</summary>
    public static readonly FindingKind Erased = new("care.erased", Severity.Error,
        "The record of '{0}' was erased on {1}; the entry {2} says so.", "Nobody can bring it back. What facts say of the device stays.",
        "“{0}”的记录已于 {1} 清除，见记录 {2}。", "该记录无法恢复；有关器械的事实保持不变。");

    private static readonly FindingKind Damaged = new("care.damaged", Severity.Error,
        "The record of '{0}' does not open with its key: somebody altered the database, or the file of the master key is another one.", "Tell the administrator: the folder of the keys and the database must be of the same moment.",
        "“{0}”的记录无法以其密钥打开：数据库被改动，或主密钥文件不符。", "请通知管理员：密钥目录与数据库必须属于同一时点。");

    /// <summary>Adds the endpoints.</summary>
    public static void MapCare(this IEndpointRouteBuilder app)
    {
        app.MapPost("/care/patients", Keep).RequireDeed(Deed.Care).Data<KeptPatientAnswer>("KeepPatient", "Keeps a patient's record, sealed with a key of its own; facts name the person by the reference.", StatusCodes.Status201Created).Takes<PatientData>("application/json").ProducesProblem(StatusCodes.Status409Conflict);
        app.MapGet("/care/patients/{reference}", Read).RequireDeed(Deed.Care).Data<Patient>("Patient", "A patient's record. That it was read is an entry.").ProducesProblem(StatusCodes.Status410Gone);
        app.MapPost("/care/patients/{reference}/erase", Erase).RequireDeed(Deed.Care).Data<ErasedAnswer>("ErasePatient", "Destroys the key of a patient's record, for good, and says so in the ledger.").Takes<ErasePatient>("application/json").ProducesProblem(StatusCodes.Status409Conflict);
    }

    /// <summary>What is wrong with a record.</summary>
    public static List<Finding> Check(PatientData data)
    {
        var findings = new List<Finding>();
        foreach (var (name, text, isNeeded) in new[] { ("name", data.Name, true), ("contact", data.Contact, false), ("note", data.Note, false) })
        {
            if ((isNeeded && string.IsNullOrWhiteSpace(text)) || text?.Length > TextMax)
            {
                findings.Add(new Finding(QuestionFindings.Parameter, "/" + name, name, text?.Length > TextMax ? "…" : "", string.Create(CultureInfo.InvariantCulture, $"1 … {TextMax}")));
            }
        }

        if (data.Born is { Length: > 0 } born && !DateOnly.TryParseExact(born, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            findings.Add(new Finding(QuestionFindings.Parameter, "/born", "born", born, "1961-05-31"));
        }

        return findings;
    }

    private static async Task Keep(HttpContext context, Patients patients)
    {
        if (await Bodies.Read<PatientData>(context) is not { } body || await IsClosed(context, patients))
        {
            return;
        }

        if (Check(body) is { Count: > 0 } findings)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
            return;
        }

        await Answers.Write(context, new KeptPatientAnswer(await patients.Keep(Caller.Of(context.User), body, context.RequestAborted)), StatusCodes.Status201Created);
    }

    private static async Task Read(HttpContext context, string reference, Patients patients)
    {
        try
        {
            if (!patients.Keeps || await patients.Read(Caller.Of(context.User), reference, context.RequestAborted) is not { } patient)
            {
                await Answers.NotFound(context, reference);
            }
            else if (patient.Data is null)
            {
                await Problems.Write(context, StatusCodes.Status410Gone, [Gone(patient)]);
            }
            else
            {
                await Answers.Write(context, patient);
            }
        }
        catch (CryptographicException)
        {
            await Problems.Write(context, StatusCodes.Status500InternalServerError, [new Finding(Damaged, "", reference)]);
        }
    }

    /// <summary>That it was erased.</summary>
    public static Finding Gone(Patient patient) => new(Erased, "", patient.Reference, patient.ErasedAt!.Value.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture), patient.ErasedIn?.ToString(CultureInfo.InvariantCulture) ?? "–");

    private static async Task Erase(HttpContext context, string reference, Patients patients)
    {
        if (await Bodies.Read<ErasePatient>(context) is not { } body || await IsClosed(context, patients))
        {
            return;
        }

        if (string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > TextMax)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, [new Finding(QuestionFindings.Parameter, "/reason", "reason", "", "…")]);
        }
        else if (await patients.Erase(Caller.Of(context.User), reference, body.Reason, context.RequestAborted) is { } erased)
        {
            await Answers.Write(context, new ErasedAnswer(reference, erased.ErasedAt!.Value, erased.ErasedIn!.Value));
        }
        else
        {
            await Answers.NotFound(context, reference);
        }
    }

    private static async Task<bool> IsClosed(HttpContext context, Patients patients)
    {
        if (patients.Keeps)
        {
            return false;
        }

        await Problems.Write(context, StatusCodes.Status409Conflict, [new Finding(NoKey, "")]);
        return true;
    }
}
