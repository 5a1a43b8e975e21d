/** What the API answers a person. */
export async function ask({ base }, token, path) {
  const answer = await fetch(`${base}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } })
  return answer.json()
}
