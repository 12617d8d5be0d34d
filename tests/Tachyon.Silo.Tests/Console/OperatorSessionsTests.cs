using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tachyon.Silo.Console.Sessions;
using Tachyon.Silo.Rest;

namespace Tachyon.Silo.Tests.Console;

/// <summary>Whom the console takes for an operator.</summary>
public sealed class OperatorSessionsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Session_EndsAfterItsLifetime_AndNotBefore()
    {
        var sessions = Sessions('a');
        var cookie = sessions.Begin();

        Assert.True(sessions.Holds(cookie));
        _time.Advance(OperatorSessions.Lifetime - TimeSpan.FromSeconds(1));
        Assert.True(sessions.Holds(cookie));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(sessions.Holds(cookie));
    }

    [Fact]
    public void Session_OfOneSilo_CountsOnAnotherWithTheSameKey_AndOnNoneWithAnotherKey()
    {
        var cookie = Sessions('a').Begin();

        Assert.True(Sessions('a').Holds(cookie));
        Assert.False(Sessions('b').Holds(cookie));
        Assert.False(new OperatorSessions(OperatorKey.Load(null), _time).Holds(cookie));
    }

    [Fact]
    public void Cookie_WithAnyBitChanged_OrCut_IsNone()
    {
        var sessions = Sessions('a');
        var cookie = sessions.Begin();
        for (var i = 0; i < cookie.Length; i++)
        {
            // The last letter carries bits that decode to nothing.
            var changed = cookie[i] == 'A' ? 'Q' : 'A';
            Assert.False(sessions.Holds(string.Concat(cookie.AsSpan(0, i), changed.ToString(), cookie.AsSpan(i + 1))), $"letter {i}");
            Assert.False(sessions.Holds(cookie[..i]));
        }

        Assert.False(sessions.Holds((string?)null));
        Assert.False(sessions.Holds(cookie + "AAAA"));
    }

    [Fact]
    public void FormToken_IsOfItsSessionAlone()
    {
        var sessions = Sessions('a');
        var one = RequestOf(sessions.Begin());
        var other = RequestOf(sessions.Begin());

        Assert.True(sessions.IsOwn(one, sessions.FormToken(one)));
        Assert.False(sessions.IsOwn(other, sessions.FormToken(one)));
        Assert.False(sessions.IsOwn(one, ""));
    }

    [Fact]
    public void FormToken_IsNoSessionsCode_WhateverItIsMadeOver()
    {
        // With a cookie of this length a form's text is as long as what a session's code covers, and ends in a far future.
        const string Chosen = "0123456789abcdef";
        var sessions = Sessions('a');
        var token = Base64Url.DecodeFromChars(sessions.FormToken(RequestOf(Chosen)));

        Assert.False(sessions.Holds(Base64Url.EncodeToString([.. "form of "u8, .. Encoding.UTF8.GetBytes(Chosen), .. token])));
    }

    [Fact]
    public void SiloWithoutAKey_TakesNoForms()
    {
        var sessions = new OperatorSessions(OperatorKey.Load(null), _time);
        var http = RequestOf("");

        Assert.False(sessions.IsOwn(http, sessions.FormToken(http)));
    }

    private static DefaultHttpContext RequestOf(string cookie)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Cookie = $"{OperatorSessions.CookieName}={cookie}";
        return http;
    }

    private OperatorSessions Sessions(char letter)
    {
        var file = _directory.Combine($"key-{letter}");
        File.WriteAllText(file, new string(letter, OperatorKey.MinLength));
        return new OperatorSessions(OperatorKey.Load(file), _time);
    }
}
