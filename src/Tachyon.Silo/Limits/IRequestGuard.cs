namespace Tachyon.Silo.Limits;

/// <summary>
/// Decides by a request's head whether it goes on. It is asked before anything of the body is read: a filter of an endpoint would come
/// after that, and whoever has no key could have the silo read what it likes.
/// </summary>
internal interface IRequestGuard
{
    /// <summary>The answer to a request that goes no further; null when it goes on.</summary>
    IResult? Refuse(HttpContext http);
}
