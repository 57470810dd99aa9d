using System.Globalization;
using System.Text;
using Clew.Proof;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Clew.Server.Proof;

/// <summary>Where checkpoints go by e-mail.</summary>
/// <param name="Server"><c>smtp://host:port</c> (TLS as soon as the server offers it) or <c>smtps://host:port</c>.</param>
/// <param name="Password">Of the user that the server's address names; nothing where it asks for none.</param>
/// <param name="Every">At most so often; what is signed in between goes with the next: a checkpoint stands for all before it.</param>
public sealed record MailSettings(Uri Server, string From, string To, string? Password, TimeSpan Every)
{
    /// <summary>Once a day: as often as somebody files it.</summary>
    public static readonly TimeSpan EveryUsual = TimeSpan.FromDays(1);

    /// <summary>Reads what the operator wrote; nothing where nothing is to be mailed.</summary>
    public static MailSettings? Read(string? to, Uri? server, string? from, string? password, TimeSpan every) => to is null ? null
        : server is not { Scheme: "smtp" or "smtps" } ? throw new ArgumentException("Name the mail server with --mail-server, such as smtp://user@mail.example.com:587.")
        : IsAddress(to) && IsAddress(from ?? to) ? new MailSettings(server, from ?? to, to, password, every)
        : throw new ArgumentException($"'{to}' or '{from}' is no address of a mailbox.");

    // A name without a house is a mailbox to the library, on its own machine; nobody files checkpoints there.
    private static bool IsAddress(string text) => MailboxAddress.TryParse(text, out var read) && read.Address.Contains('@', StringComparison.Ordinal);
}

/// <summary>Sends a checkpoint as a file that hangs on a mail: whoever keeps the mail holds a copy that our administrators cannot reach.</summary>
public static class CheckpointMail
{
    // As long as a mail server may think about a stranger.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Sends it.</summary>
    public static async Task Send(MailSettings settings, KeptCheckpoint checkpoint, CancellationToken ct)
    {
        using var message = Message(settings, checkpoint);
        using var client = new SmtpClient { Timeout = (int)Patience.TotalMilliseconds };
        var isTls = settings.Server.Scheme == "smtps";
        await client.ConnectAsync(settings.Server.Host, settings.Server.IsDefaultPort || settings.Server.Port < 0 ? isTls ? 465 : 25 : settings.Server.Port, isTls ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTlsWhenAvailable, ct);
        if (settings is { Server.UserInfo: { Length: > 0 } user, Password: { } password })
        {
            await client.AuthenticateAsync(Uri.UnescapeDataString(user), password, ct);
        }

        await client.SendAsync(message, ct);
        await client.DisconnectAsync(quit: true, ct);
    }

    private static MimeMessage Message(MailSettings settings, KeptCheckpoint checkpoint)
    {
        var read = Checkpoint.Read(checkpoint.Note.Text).Value;
        var message = new MimeMessage();
        message.From.Add(MailboxAddress.Parse(settings.From));
        message.To.Add(MailboxAddress.Parse(settings.To));
        message.Subject = string.Create(CultureInfo.InvariantCulture, $"Clew {read.Origin}: checkpoint {read.Size} 检查点");

        // In base64, so that no server on the way mends its line ends: a signature is over bytes.
        var file = new MimePart("application", "octet-stream")
        {
            Content = new MimeContent(new MemoryStream(Encoding.UTF8.GetBytes(checkpoint.Note.ToString()))),
            ContentDisposition = new ContentDisposition(ContentDisposition.Attachment),
            ContentTransferEncoding = ContentEncoding.Base64,
            FileName = checkpoint.FileName,
        };
        message.Body = new Multipart("mixed")
        {
            new TextPart("plain")
            {
                Text = string.Create(CultureInfo.InvariantCulture, $"""
                    The ledger {read.Origin} had {read.Size} entries at {checkpoint.MadeAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, and this was the root of its tree:
                    账本 {read.Origin} 于 {checkpoint.MadeAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC 共有 {read.Size} 条记录，其哈希树根为：

                    {read.Root.ToBase64()}

                    Keep this mail. With the file that hangs on it anybody can show later that nothing before it was altered: clew-verify consistency.
                    请保存此邮件。凭附件可在日后证明此前的记录未被改动：clew-verify consistency。

                    """),
            },
            file,
        };
        return message;
    }
}
