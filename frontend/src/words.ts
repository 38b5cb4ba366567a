/** Words the islands show. English and Chinese are checked by the compiler to hold the same keys. */

const zh = {
  red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色', grey: '正常', green: '已核实',
  now: '刚刚', secondsAgo: '{n} 秒前', minutesAgo: '{n} 分钟前', hoursAgo: '{n} 小时前', daysAgo: '{n} 天前',
  left: '剩 {time}', over: '超 {time}', seconds: '{n} 秒', minutes: '{n} 分', hoursMinutes: '{h} 小时 {m} 分', days: '{d} 天 {h} 小时', dayCount: '{n} 天',
  liveOpen: '实时', liveConnecting: '连接中', liveWaiting: '断线，{n} 秒后重连', liveOffline: '无网络', liveStale: '{age} 无消息',
  soundOn: '声音开', soundMuted: '静音，{time} 后恢复', soundBlocked: '点一下开启声音', keysTitle: '键盘', close: '关闭',
  failed: '没有完成', refused: '现在不能这样做', forbidden: '没有权限', gone: '记录不存在或不在您的辖区', tooOften: '操作太频繁，请稍后再试',
  serverWrong: '服务器出错，内容没有保存，请重试', noAnswer: '连不上服务器，内容没有保存，请检查网络后重试', retry: '重试', notLocated: '未能定位，请允许定位或手填经纬度',
  layers: '图层', legend: '图例', cluster: '聚合', drawCircle: '画圆', drawArea: '画区域', clear: '清除', insideNothing: '范围内没有记录',
  inside: '范围内', insideLoading: '正在查找范围内的记录……', exportList: '导出', drawCircleHint: '点圆心，再点圆边；Esc 取消', drawAreaHint: '逐点点击，双击结束；Esc 取消',
  timeNow: '此刻', backToNow: '回到此刻', past: '回看', layerFailed: '未能载入', loading: '正在载入……', sheetFailed: '记录没有载入',
  area: '面积', radius: '半径', curveFailed: '曲线没有载入：{why}', curveEmpty: '这段时间没有读数', threshold: '{word} {value}', forecast: '预报', clearAt: '解除 {value}',
  unansweredAbove: '上方还有 {n} 条未接警', unfold: '展开 {n} 条', fold: '收起',
  entryRead: '{time} · {kind}', kindTask: '任务', kindArrive: '到场', kindCall: '叫应', kindReport: '报告', kindPeople: '人员', kindNote: '记事',
  signHere: '请在此签名', erase: '重签', map: '地图', zoomIn: '放大', zoomOut: '缩小', simulated: '模拟', beijing: '北京时间',
} as const

export type Word = keyof typeof zh

const en: Record<Word, string> = {
  red: 'Red', orange: 'Orange', yellow: 'Yellow', blue: 'Blue', grey: 'Normal', green: 'Verified',
  now: 'just now', secondsAgo: '{n} s ago', minutesAgo: '{n} min ago', hoursAgo: '{n} h ago', daysAgo: '{n} d ago',
  left: '{time} left', over: '{time} over', seconds: '{n} s', minutes: '{n} min', hoursMinutes: '{h} h {m} min', days: '{d} d {h} h', dayCount: '{n} d',
  liveOpen: 'Live', liveConnecting: 'Connecting', liveWaiting: 'Lost, again in {n} s', liveOffline: 'No network', liveStale: 'silent for {age}',
  soundOn: 'Sound on', soundMuted: 'Muted, back in {time}', soundBlocked: 'Click to allow sound', keysTitle: 'Keyboard', close: 'Close',
  failed: 'Not done', refused: 'Not possible now', forbidden: 'Not permitted', gone: 'No such record in your area', tooOften: 'Too many requests, try again shortly',
  serverWrong: 'The server failed and nothing was saved; please retry', noAnswer: 'The server cannot be reached and nothing was saved; check the network and retry', retry: 'Retry', notLocated: 'Your position is not known; allow it, or type longitude and latitude',
  layers: 'Layers', legend: 'Legend', cluster: 'cluster', drawCircle: 'Circle', drawArea: 'Area', clear: 'Clear', insideNothing: 'Nothing inside',
  inside: 'Inside', insideLoading: 'Finding what is inside…', exportList: 'Export', drawCircleHint: 'Click the centre, then the rim; Esc cancels', drawAreaHint: 'Click point by point, double-click ends; Esc cancels',
  timeNow: 'Now', backToNow: 'Back to now', past: 'Replay', layerFailed: 'not loaded', loading: 'Loading…', sheetFailed: 'The record was not loaded',
  area: 'Area', radius: 'Radius', curveFailed: 'Curve not loaded: {why}', curveEmpty: 'No readings in this period', threshold: '{word} {value}', forecast: 'Forecast', clearAt: 'clear {value}',
  unansweredAbove: '{n} unanswered above', unfold: 'Unfold {n}', fold: 'Fold',
  entryRead: '{time} · {kind}', kindTask: 'task', kindArrive: 'arrival', kindCall: 'call', kindReport: 'report', kindPeople: 'people', kindNote: 'note',
  signHere: 'Sign here', erase: 'Sign again', map: 'Map', zoomIn: 'Zoom in', zoomOut: 'Zoom out', simulated: 'Simulated', beijing: 'Beijing time',
}

const books: Record<'zh' | 'en', Record<Word, string>> = { zh, en }

export function language(): 'zh' | 'en' {
  const tag = typeof document === 'undefined' ? 'zh' : document.documentElement.lang
  return tag.toLowerCase().startsWith('en') ? 'en' : 'zh'
}

/** The word in the reader's language, `{name}` filled in from values. */
export function say(word: Word, values: Record<string, string | number> = {}, tongue = language()): string {
  return books[tongue][word].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
